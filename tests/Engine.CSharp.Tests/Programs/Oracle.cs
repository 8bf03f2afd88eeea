using System.Numerics;
using System.Runtime.CompilerServices;
using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;
using Microsoft.FSharp.Core;

namespace MeanField.Engine.Tests.Programs;

/// <summary>Inputs of one evaluation, drawn from a seed, and its outputs by the interpreter and by the kernels, as flat rows.</summary>
public sealed class Oracle
{
    private readonly KernelProgram program;
    private readonly Dictionary<string, double[]> uniforms;
    private readonly Dictionary<string, double[][]> nodes;
    private readonly Dictionary<string, double[][]> particles;
    private readonly int particleCount;
    private readonly int nodeCount;

    public Oracle(KernelProgram program, int particleCount, int nodeCount, int seed)
    {
        (this.program, this.particleCount, this.nodeCount) = (program, particleCount, nodeCount);
        var random = new Random(seed);
        uniforms = program.Uniforms.ToDictionary(input => input.Name, input => Row(random, input.Width));
        nodes = program.NodeColumns.ToDictionary(input => input.Name, input => Rows(random, nodeCount, input.Width));
        particles = program.Blocks.ToDictionary(input => input.Name, input => Rows(random, particleCount, input.Width));
    }

    /// <summary>Replaces one parameter of one particle.</summary>
    public void Poison(string block, int particle, double value) => particles[block][particle][0] = value;

    public Dictionary<string, double[]> Interpret(Precision precision = Precision.Double) =>
        Interpreter
            .run(
                FuncConvert.FromFunc<Format, string, double, double>(ElementaryFunctions.Evaluate),
                precision,
                program,
                FuncConvert.FromFunc<string, double[]>(name => uniforms[name]),
                FuncConvert.FromFunc<string, double[][]>(name => nodes[name]),
                FuncConvert.FromFunc<string, double[][]>(name => particles[name])
            )
            .ToDictionary(entry => entry.Key, entry => entry.Value.SelectMany(row => row).ToArray());

    /// <summary>The outputs by kernels.</summary>
    public Dictionary<string, double[]> Compile(
        VectorTarget target,
        Team? team = null,
        long? memoryCap = null,
        Precision precision = Precision.Double,
        bool isOpened = false
    ) => Evaluate(CompiledProgram.Compile(program, target, precision), precision, team, memoryCap, isOpened);

    /// <summary>The same by kernels in parts of so many statements.</summary>
    public Dictionary<string, double[]> CompileInParts(VectorTarget target, Precision precision, int limit, bool isOpened = false) =>
        Evaluate(CompiledProgram.InParts(program, target, precision, limit), precision, null, null, isOpened);

    private Dictionary<string, double[]> Evaluate(
        CompiledProgram compiled,
        Precision precision,
        Team? team,
        long? memoryCap,
        bool isOpened
    ) =>
        precision == Precision.Single
            ? Evaluate<float>(compiled, team, memoryCap, isOpened)
            : Evaluate<double>(compiled, team, memoryCap, isOpened);

    /// <summary>Where it is opened, its first sweep is taken behind the last one of another evaluation, and not again.</summary>
    private Dictionary<string, double[]> Evaluate<T>(CompiledProgram compiled, Team? team, long? memoryCap, bool isOpened)
        where T : unmanaged, INumberBase<T>
    {
        var dimension = KernelProgramModule.dimension(program);
        var layout = new ParticleLayout(particleCount, dimension);
        using var state = AlignedBuffer.Of<T>(layout.Length);
        layout.FromRows<T>(RowMajor(), state);
        using var evaluation = new Evaluation(compiled, layout, nodeCount, team, memoryCap);
        foreach (var (name, values) in uniforms)
            evaluation.SetUniform(name, values);
        foreach (var (name, rows) in nodes)
            evaluation.SetNodeColumn(name, rows.SelectMany(row => row).ToArray());
        var outputLayout = new ParticleLayout(particleCount, evaluation.OutputDimension);
        using var outputs = AlignedBuffer.Of<T>(outputLayout.Length);
        if (isOpened)
            evaluation.Evaluate(state, null, new Opening(evaluation, state));
        var pairs = new PairTables(program, evaluation, compiled.PairFormat, nodeCount, particleCount);
        evaluation.Evaluate(
            state,
            (superblock, _, values) =>
                values.CopyTo(
                    outputs.Slice<byte>(
                        outputLayout.Range(superblock, evaluation.OutputDimension).Start * Unsafe.SizeOf<T>(),
                        values.Length
                    )
                ),
            pairs.Add
        );
        return program.Outputs.ToDictionary(
            output => output.Name,
            output => pairs.Find(output.Name) ?? Read<T>(output, evaluation, outputLayout, outputs)
        );
    }

    private double[] Read<T>(Output output, Evaluation evaluation, ParticleLayout layout, AlignedBuffer outputs)
        where T : unmanaged, INumberBase<T>
    {
        var axes = program.Code[output.Value].Axes;
        if (axes != Axes.Particle)
            return axes == Axes.Node ? evaluation.Node(output.Name) : evaluation.Uniform(output.Name);
        var first = program
            .Outputs.TakeWhile(other => other.Name != output.Name)
            .Where(other => program.Code[other.Value].Axes == Axes.Particle)
            .Sum(other => program.Code[other.Value].Width);
        var width = program.Code[output.Value].Width;
        return
        [
            .. Enumerable
                .Range(0, particleCount)
                .SelectMany(particle =>
                    Enumerable.Range(first, width).Select(k => double.CreateTruncating(outputs.Slice<T>(layout.Index(particle, k), 1)[0]))
                ),
        ];
    }

    private double[] RowMajor() =>
        [.. Enumerable.Range(0, particleCount).SelectMany(particle => program.Blocks.SelectMany(block => particles[block.Name][particle]))];

    private static double[] Row(Random random, int width) => [.. Enumerable.Range(0, width).Select(_ => 4 * random.NextDouble() - 2)];

    private static double[][] Rows(Random random, int count, int width) => [.. Enumerable.Range(0, count).Select(_ => Row(random, width))];
}

using System.Collections.Concurrent;
using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>A kernel with the scratch memory it needs, in bytes.</summary>
internal sealed record Kernel(Action<long> Run, long ScratchLength);

/// <summary>
/// A program compiled for one target: a kernel for each stage's node values and for each sweep. Variants (pair values stored or
/// recomputed, whole tiles or the ragged tail) are compiled when first needed. Cost: 40-110 ms for the first tree of a process, then
/// 1-10 ms a kernel, independent of N, n and vector widths. Thread-safe.
/// </summary>
public sealed class CompiledProgram
{
    private static readonly ConcurrentDictionary<(string Hash, VectorTarget Target, Precision Precision), CompiledProgram> Cache = new();
    private readonly ConcurrentDictionary<(int Stage, bool Storing, bool Tail), Lazy<Kernel>> sweeps = new();
    private readonly ConcurrentDictionary<int, Lazy<Kernel>> nodeStages = new();

    private CompiledProgram(KernelProgram program, VectorTarget target, Precision precision)
    {
        Check(program);
        (Program, Target) = (program, target);
        Tables = new TableLayout(program, new ProgramFormats(program, precision));
        Plan = new SweepPlan(program);
        var pairs = Machine.Of(target, Formats.OfPairs);
        TileParticles = RegisterChoice.For(program, Plan, pairs) * pairs.Width;
    }

    /// <summary>What was compiled.</summary>
    public KernelProgram Program { get; }

    /// <summary>The vector width.</summary>
    public VectorTarget Target { get; }

    internal TableLayout Tables { get; }

    internal SweepPlan Plan { get; }

    internal ProgramFormats Formats => Tables.Formats;

    /// <summary>T, particles of a whole tile.</summary>
    internal int TileParticles { get; }

    /// <summary>Particles of a tile of the ragged tail: at most one block.</summary>
    internal int TailParticles => Math.Min(TileParticles, Ensembles.ParticleLayout.Lanes);

    /// <summary>
    /// The compiled form of a program, from a cache by program hash. Throws a fault for what no kernel can do yet: a second particle,
    /// pair outputs, functions of particle values without a vector form.
    /// </summary>
    public static CompiledProgram Compile(KernelProgram program, VectorTarget target, Precision precision = Precision.Double) =>
        Cache.GetOrAdd((program.Hash, target, precision), _ => new CompiledProgram(program, target, precision));

    internal Kernel NodeStage(int stage) =>
        nodeStages
            .GetOrAdd(
                stage,
                _ => new Lazy<Kernel>(() =>
                    Build(Nest.OfNodes(Program, Program.Stages[stage]), VectorTarget.Scalar, 1, false, $"NodeStage{stage}")
                )
            )
            .Value;

    internal Kernel Sweep(int stage, bool storing, bool tail) =>
        sweeps
            .GetOrAdd(
                (stage, storing, tail),
                _ => new Lazy<Kernel>(() =>
                    Build(Plan.NestOf(stage, storing), Target, tail ? TailParticles : TileParticles, tail, SweepName(stage, storing, tail))
                )
            )
            .Value;

    /// <summary>The name under which the JIT knows a sweep's kernel.</summary>
    internal static string SweepName(int stage, bool storing, bool tail) =>
        $"Sweep{stage}{(storing ? "Storing" : "")}{(tail ? "Tail" : "")}";

    private Kernel Build(Nest nest, VectorTarget target, int particles, bool masked, string name)
    {
        var generator = new NestGenerator(Tables, nest, Plan.Stored, new KernelLanes(Formats, target, particles), masked);
        var lambda = generator.Generate(name);
        return new Kernel(lambda.Compile(), generator.ScratchLength);
    }

    private static void Check(KernelProgram program)
    {
        for (var value = 0; value < program.Code.Length; value++)
            Check(program.Code[value]);
        foreach (var output in program.Outputs.Where(output => program.Code[output.Value].Axes == (Axes.Node | Axes.Particle)))
            throw Unsupported($"the output '{output.Name}' over pairs of nodes and particles", "outputs over nodes or over particles");
    }

    private static void Check(Value value)
    {
        if (value.Axes.HasFlag(Axes.Other) || value.Instruction is Instruction.Contract { over: not (Axes.Node or Axes.Particle) })
            throw Unsupported("a value over a second particle", "values over nodes and one particle");
    }

    private static FaultException Unsupported(string found, string expected) =>
        new(Fault.NewUnsupported(new Explanation(Location.Nowhere, found, expected, "", "")));
}

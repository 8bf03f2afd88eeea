using System.Numerics;
using System.Runtime.CompilerServices;
using MeanField.Core;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>One evaluation of a compiled program on the inputs of a case.</summary>
internal static class KernelCaseRun
{
    /// <summary>Every output as rows: one for a uniform, one a node, one a particle, also for pairs.</summary>
    public static Dictionary<string, double[][]> Outputs(KernelCase one, CompiledProgram compiled) =>
        compiled.ParticleFormat == NumberFormat.Single ? Outputs<float>(one, compiled) : Outputs<double>(one, compiled);

    private static Dictionary<string, double[][]> Outputs<T>(KernelCase one, CompiledProgram compiled)
        where T : unmanaged, INumberBase<T>
    {
        var program = compiled.Program;
        var particles = one.Particles.Values.First().Length;
        var nodes = program.NodeColumns.IsEmpty ? 1 : one.NodeColumns.Values.First().Length;
        var layout = new ParticleLayout(particles, KernelProgramModule.dimension(program));
        using var state = AlignedBuffer.Of<T>(layout.Length);
        layout.FromRows<T>(Rows(one, particles), state);
        using var evaluation = new Evaluation(compiled, layout, nodes);
        foreach (var uniform in program.Uniforms)
            evaluation.SetUniform(uniform.Name, one.Uniforms[uniform.Name]);
        foreach (var column in program.NodeColumns)
            evaluation.SetNodeColumn(column.Name, [.. one.NodeColumns[column.Name].SelectMany(row => row)]);

        var outputLayout = new ParticleLayout(particles, evaluation.OutputDimension);
        using var outputs = AlignedBuffer.Of<T>(outputLayout.Length);
        var pairs = new PairTables(program, evaluation, compiled.PairFormat, nodes, particles);
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
        return Tables<T>(program, evaluation, pairs, outputLayout, outputs);
    }

    private static double[] Rows(KernelCase one, int particles) =>
        [
            .. Enumerable
                .Range(0, particles)
                .SelectMany(particle => one.Program.Blocks.SelectMany(block => one.Particles[block.Name][particle])),
        ];

    private static Dictionary<string, double[][]> Tables<T>(
        KernelProgram program,
        Evaluation evaluation,
        PairTables pairs,
        ParticleLayout layout,
        AlignedBuffer outputs
    )
        where T : unmanaged, INumberBase<T>
    {
        var tables = new Dictionary<string, double[][]>();
        var first = 0;
        foreach (var output in program.Outputs)
        {
            var (axes, width) = (program.Code[output.Value].Axes, program.Code[output.Value].Width);
            if (axes == Axes.Uniform)
                tables[output.Name] = [evaluation.Uniform(output.Name)];
            else if (axes == Axes.Node)
                tables[output.Name] = [.. evaluation.Node(output.Name).Chunk(width)];
            else if (pairs.Find(output.Name) is { } pairTable)
                tables[output.Name] = [.. pairTable.Chunk(pairs.Nodes)];
            else
            {
                tables[output.Name] = Particles<T>(layout, outputs, first, width);
                first += width;
            }
        }
        return tables;
    }

    private static double[][] Particles<T>(ParticleLayout layout, AlignedBuffer outputs, int first, int width)
        where T : unmanaged, INumberBase<T>
    {
        var rows = new double[layout.Particles][];
        for (var particle = 0; particle < rows.Length; particle++)
        {
            rows[particle] = new double[width];
            for (var k = 0; k < width; k++)
                rows[particle][k] = double.CreateTruncating(outputs.Slice<T>(layout.Index(particle, first + k), 1)[0]);
        }
        return rows;
    }
}

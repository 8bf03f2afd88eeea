using MeanField.Core;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>One evaluation of a compiled program on the inputs of a case.</summary>
internal static class KernelCaseRun
{
    /// <summary>Every output as rows: one for a uniform, one a node, one a particle.</summary>
    public static Dictionary<string, double[][]> Outputs(KernelCase one, CompiledProgram compiled)
    {
        var program = compiled.Program;
        var particles = one.Particles.Values.First().Length;
        var nodes = program.NodeColumns.IsEmpty ? 1 : one.NodeColumns.Values.First().Length;
        var layout = new ParticleLayout(particles, KernelProgramModule.dimension(program));
        using var state = AlignedBuffer.Of<double>(layout.Length);
        layout.FromRows<double>(Rows(one, particles), state);
        using var evaluation = new Evaluation(compiled, layout, nodes);
        foreach (var uniform in program.Uniforms)
            evaluation.SetUniform(uniform.Name, one.Uniforms[uniform.Name]);
        foreach (var column in program.NodeColumns)
            evaluation.SetNodeColumn(column.Name, [.. one.NodeColumns[column.Name].SelectMany(row => row)]);

        var outputLayout = new ParticleLayout(particles, evaluation.OutputDimension);
        using var outputs = AlignedBuffer.Of<double>(outputLayout.Length);
        evaluation.Evaluate(
            state,
            (superblock, _, values) =>
                values.CopyTo(
                    outputs.Slice<byte>(outputLayout.Range(superblock, evaluation.OutputDimension).Start * sizeof(double), values.Length)
                )
        );
        return Tables(program, evaluation, outputLayout, outputs);
    }

    private static double[] Rows(KernelCase one, int particles) =>
        [
            .. Enumerable
                .Range(0, particles)
                .SelectMany(particle => one.Program.Blocks.SelectMany(block => one.Particles[block.Name][particle])),
        ];

    private static Dictionary<string, double[][]> Tables(
        KernelProgram program,
        Evaluation evaluation,
        ParticleLayout layout,
        AlignedBuffer outputs
    )
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
            else
            {
                tables[output.Name] = Particles(layout, outputs, first, width);
                first += width;
            }
        }
        return tables;
    }

    private static double[][] Particles(ParticleLayout layout, AlignedBuffer outputs, int first, int width)
    {
        var rows = new double[layout.Particles][];
        for (var particle = 0; particle < rows.Length; particle++)
        {
            rows[particle] = new double[width];
            for (var k = 0; k < width; k++)
                rows[particle][k] = outputs.Slice<double>(layout.Index(particle, first + k), 1)[0];
        }
        return rows;
    }
}

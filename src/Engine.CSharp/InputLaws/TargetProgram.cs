using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.InputLaws;

/// <summary>
/// A target formula f, compiled, at so many inputs at a time; its values are the same wherever an input stands among them.
/// Not thread-safe.
/// </summary>
internal sealed class TargetProgram : IDisposable
{
    private readonly Evaluation evaluation;
    private readonly AlignedBuffer noParticles = new(0);
    private readonly bool readsInputs;

    /// <param name="program">Node output "f" of node column "x", without particles.</param>
    /// <param name="uniforms">The numbers of its uniforms by name.</param>
    /// <param name="inputs">How many inputs an evaluation takes.</param>
    public TargetProgram(CompiledProgram program, IReadOnlyDictionary<string, double[]> uniforms, int inputs)
    {
        evaluation = new Evaluation(program, new ParticleLayout(0, 0), inputs, memoryCap: 0);
        foreach (var uniform in program.Program.Uniforms)
            evaluation.SetUniform(uniform.Name, uniforms[uniform.Name]);
        var columns = program.Program.NodeColumns.Select(column => column.Name).ToArray();
        readsInputs = columns.Contains(NodeTable.Inputs);
        if (columns.Contains(NodeTable.Weights))
            evaluation.SetNodeColumn(NodeTable.Weights, SampledRule.EqualWeights(inputs));
    }

    /// <summary>f at as many inputs (row-major) as the program was made for.</summary>
    public double[] At(double[] inputs)
    {
        if (readsInputs)
            evaluation.SetNodeColumn(NodeTable.Inputs, inputs);
        evaluation.Evaluate(noParticles);
        return evaluation.Node(DataLaw.Target);
    }

    public void Dispose()
    {
        evaluation.Dispose();
        noParticles.Dispose();
    }
}

using MeanField.Engine.Collectives;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Bridges;

/// <summary>T of empirical laws of neurons.</summary>
internal static class EnsemblePotential
{
    /// <summary>T of the empirical law of rows, M x d.</summary>
    public static double Of(MinimiserProblem problem, FoellmerKernels kernels, double[] rows, Team team)
    {
        var layout = new ParticleLayout(rows.Length / kernels.Dimension, kernels.Dimension);
        using var evaluation = kernels.Bind(problem, kernels.Potential, layout, team);
        if (kernels.Potential.Program.Uniforms.Any(uniform => uniform.Name == "1/N"))
            evaluation.SetUniform("1/N", 1.0 / layout.Particles);
        using var state = AlignedBuffer.Of<double>(layout.Length);
        layout.FromRows(rows, state, NumberFormat.Double);
        evaluation.Evaluate(state);
        return evaluation.Uniform("potential")[0];
    }
}

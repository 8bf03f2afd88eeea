using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Runs;

/// <summary>
/// The naive standard errors of one replica: sqrt of the variance over neurons of a quantity's first variation, over N. Right for
/// independent neurons only (theory.md, section 5).
/// </summary>
internal static class PlugInErrors
{
    /// <summary>The errors of "loss" and "risk" of a run that has a fit, from one evaluation on the calling thread.</summary>
    public static IReadOnlyDictionary<string, double> Of(PreparedRun run, Ensemble ensemble)
    {
        var program = run.PlugIn ?? throw new ArgumentException("a run without a neuron or a target has no loss", nameof(run));
        using var evaluation = run.Bind(program, ensemble.Layout, team: null, memoryCap: 0);
        evaluation.Evaluate(ensemble.State);
        // The variance is a difference of means, which rounding may take below 0.
        return program.Program.Outputs.ToDictionary(
            output => output.Name,
            output => Math.Sqrt(Math.Max(0, evaluation.Uniform(output.Name)[0]) / ensemble.Layout.Particles)
        );
    }
}

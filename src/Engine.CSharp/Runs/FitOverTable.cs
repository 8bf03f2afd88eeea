using MeanField.Engine.Ensembles;
using MeanField.Engine.InputLaws;

namespace MeanField.Engine.Runs;

/// <summary>How a net does over a node table: held-out rows, or fresh samples.</summary>
/// <param name="Risk">The mean of (f - fhat)^2, or of the loss where this is not the square.</param>
/// <param name="Accuracy">The share of labels +-1 that have the sign of fhat; meaningless for other targets.</param>
internal sealed record FitOverTable(double Risk, double Accuracy)
{
    /// <summary>A sum of weights that is at most 1: rounded weights of nodes, as of nine equal ones, may sum to a little more.</summary>
    public static double Share(double weights) => Math.Min(weights, 1);

    /// <summary>Judges every ensemble over the table. Cost: one evaluation of the net an ensemble.</summary>
    public static FitOverTable[] Of(PreparedRun run, IReadOnlyList<Ensemble> ensembles, NodeTable table)
    {
        using var fit = run.Bind(run.Fit!, ensembles[0].Layout, null, memoryCap: 0, table);
        return
        [
            .. ensembles.Select(ensemble =>
            {
                fit.Evaluate(ensemble.State);
                return new FitOverTable(fit.Uniform("risk")[0], Share(fit.Uniform("accuracy")[0]));
            }),
        ];
    }
}

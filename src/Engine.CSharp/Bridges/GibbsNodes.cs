using System.Numerics.Tensors;
using MeanField.Engine.Collectives;
using MeanField.Engine.Elementary;
using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Bridges;

/// <summary>The nodes by which a minimiser was integrated, as points of its law.</summary>
internal static class GibbsNodes
{
    private const double Negligible = 1e-18;
    private const int MostNodes = 40_000;

    /// <summary>The nodes with their weights and the log of the density there; null where expectations were sampled, blocks integrated out, or nodes too many.</summary>
    public static PointLaw? Of(MinimiserProblem problem, Solution solution, int threads)
    {
        if (solution.Rule is not { Count: <= MostNodes } rule || problem.Dimension != solution.Law.Mean.Length)
            return null;
        using var team = new Team(threads);
        using var points = rule.Points();
        using var law = new TiltedLaw(problem, points, team);
        var logZ = law.At(solution.Alpha, false).LogZ;
        var (d, rows) = (problem.Dimension, points.Layout.Rows(points.State, NumberFormat.Double));
        var tau = problem.Problem.Energy.Tau.Value;
        int[] kept = [.. Enumerable.Range(0, points.Count).Where(k => law.LogDensities[k] - logZ > Math.Log(Negligible))];
        double[] weights = [.. kept.Select(k => Math.Exp(law.LogDensities[k] - logZ))];
        TensorPrimitives.Divide(weights, TensorPrimitives.Sum<double>(weights), weights);
        return new PointLaw(
            d,
            [.. kept.SelectMany(k => rows[(k * d)..((k + 1) * d)])],
            weights,
            PointKind.Nodes,
            [.. kept.Select(Density)]
        );

        double Density(int k) => law.LogDensities[k] - points.LogWeights[k] - logZ + IntegrationPoints.LogPrior(rows.AsSpan(k * d, d), tau);
    }
}

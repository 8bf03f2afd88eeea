using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Journals;

namespace MeanField.Engine.Minimisers;

/// <summary>What several starts on a coarse rule lead to.</summary>
/// <param name="Rule">The rule.</param>
/// <param name="Lowest">The exponent of the critical law of least free energy, or the only start where one suffices.</param>
/// <param name="Count">The number of starts.</param>
/// <param name="Distinct">Different critical laws met.</param>
internal sealed record StartingPoints(IIntegrationRule Rule, double[] Lowest, int Count, int Distinct);

/// <summary>
/// Where the search begins: at the prior, and where T is not known to be convex also at the prior tilted to either side along every component of the
/// neuron. A search: it finds critical laws, and proves nothing of others.
/// </summary>
internal sealed class CriticalStarts(MinimiserProblem problem, Team team, Journal journal, Action<Progress> report)
{
    /// <summary>How far the tilted priors' means are from 0, in units of sqrt(tau).</summary>
    private const double Tilt = 2;

    /// <summary>Laws whose moments, in units of sqrt(tau), or free energies differ by less are one.</summary>
    private const double Same = 1e-4;

    private readonly CriticalKernel kernel = problem.Critical!;
    private readonly double root = Math.Sqrt(problem.Problem.Energy.Tau.Value);

    /// <summary>The search on a rule.</summary>
    public StartingPoints From(IIntegrationRule rule, CancellationToken cancel)
    {
        using var points = rule.Points();
        using var law = new WeightedLaw(problem, points, team);
        var prior = new double[law.Length];
        if (kernel.Programs.Convexity != ConvexityKind.NotShown)
            return new StartingPoints(rule, prior, 1, 1);
        var found = new List<(CriticalState State, NeuronLaw Law)>();
        var starts = Tilted(points).Prepend(prior).ToList();
        foreach (var (number, start) in starts.Index())
        {
            report(
                new Progress($"start {number + 1} of {starts.Count} on {rule.Description} points") { Share = (double)number / starts.Count }
            );
            var state = journal.Of($"start {number + 1}", () => new FixedPoint(law).From(start, FixedPoint.Coarse, cancel));
            if (state.IsFinite)
                found.Add((state, law.Law(state)));
        }
        if (found.Count == 0)
            return new StartingPoints(rule, prior, starts.Count, 0);
        var lowest = found.MinBy(entry => entry.State.FreeEnergy).State.Exponent;
        return new StartingPoints(rule, lowest, starts.Count, Distinct(found));
    }

    private IEnumerable<double[]> Tilted(IntegrationPoints points)
    {
        var (count, axes) = (points.Count, kernel.Left.Count);
        var rows = points.Layout.Rows(points.State, Elementary.NumberFormat.Double);
        foreach (var slope in new[] { Tilt / root, -Tilt / root })
        {
            for (var axis = 0; axis < axes; axis++)
                yield return
                [
                    .. Enumerable.Range(0, count).Select(k => slope * rows[k * axes + axis]),
                    .. new double[count * kernel.Affine.Count],
                ];
            for (var i = 0; i < kernel.Affine.Count; i++)
            {
                var start = new double[count * (1 + kernel.Affine.Count)];
                start.AsSpan((i + 1) * count, count).Fill(slope);
                yield return start;
            }
        }
    }

    private int Distinct(List<(CriticalState State, NeuronLaw Law)> found)
    {
        var distinct = new List<(CriticalState State, NeuronLaw Law)>();
        foreach (var entry in found)
            if (!distinct.Exists(other => IsSame(entry, other)))
                distinct.Add(entry);
        return distinct.Count;
    }

    private bool IsSame((CriticalState State, NeuronLaw Law) one, (CriticalState State, NeuronLaw Law) other) =>
        Math.Abs(one.State.FreeEnergy - other.State.FreeEnergy) <= Same * Math.Max(1, Math.Abs(one.State.FreeEnergy))
        && Near(one.Law.Mean, other.Law.Mean, root)
        && one.Law.Covariance.Zip(other.Law.Covariance).All(rows => Near(rows.First, rows.Second, root * root));

    private static bool Near(double[] one, double[] other, double unit) =>
        one.Zip(other).All(pair => Math.Abs(pair.First - pair.Second) <= Same * unit);
}

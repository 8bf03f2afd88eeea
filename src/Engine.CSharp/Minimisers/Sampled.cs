using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Journals;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// The dual by sampled expectations: alpha is fitted to one draw of points, and judged on independent ones, whose spread gives the standard errors.
/// </summary>
internal sealed class Sampled(
    MinimiserProblem problem,
    ISampler sampler,
    DualLoss loss,
    Team team,
    SolveOptions options,
    Action<Progress> report
)
{
    private const double DefaultTolerance = 1e-2;
    private const int Replicates = 16;
    private const int FirstCount = 512;
    private const int Growth = 4;

    /// <summary>So many new points that no longer halve the gap end a fit: more of them would only average its noise.</summary>
    private const int MostAveraged = 2;

    /// <summary>By such a factor no sampling noise raises a gap.</summary>
    private const double LargestRise = 100;

    private const int MostRetreats = 8;

    private readonly double tolerance = options.Tolerance ?? DefaultTolerance;
    private readonly Journal journal = options.Journal.Within(sampler.Method);

    /// <summary>The minimiser with an interval for F*; more points until that is narrow enough, or more of them are in vain.</summary>
    /// <param name="whileTrusted">Whether to end at the first doubt, since another method is at hand.</param>
    /// <param name="cancel">Ends it.</param>
    public Solution Solve(bool whileTrusted, CancellationToken cancel)
    {
        var (alpha, count, draw) = (options.Start, FirstCount, 0u);
        Judgement? judgement = null;
        for (var round = 1; ; round++, count *= Growth)
        {
            if (alpha is null || judgement is not { HasFit: true })
            {
                report($"{sampler.Method}: alpha fitted to {4 * count} points");
                var (start, points, first) = (alpha, 4 * count, draw);
                (alpha, draw) = journal.Of($"fit {round}", () => Fitted(start, points, first, cancel));
            }
            report($"{sampler.Method}: judged on {Replicates} x {count} others");
            judgement = new Judgement(problem, loss, tolerance, alpha, Drawn(alpha, count, round, draw, cancel), judgement);
            report(new Progress($"{sampler.Method}: {judgement.Summary}") { Reached = judgement.Reached });
            draw += Replicates;
            var isDone = round >= sampler.Rounds.Least && judgement.IsPrecise;
            var isInVain = judgement.Diagnosis.IsHopeless || (whileTrusted && judgement.Diagnosis.Doubt is not null);
            if (isDone || isInVain || round == sampler.Rounds.Most)
                return judgement.Solution(sampler, Replicates * (long)count);
        }
    }

    /// <summary>
    /// A dual variable that nearly maximises the dual. The points of a fit are those of the law of the fit before; the first are those of the prior, which
    /// needs no alpha. Once new points no longer halve the gap it is sampling noise, which the mean of maximisers loses [polyak1992].
    /// </summary>
    private Fit Fitted(double[]? start, int count, uint draw, CancellationToken cancel)
    {
        var inside = new double[problem.HasAlpha ? problem.Nodes : 0];
        var (alpha, gap, averaged) = (start ?? inside, double.PositiveInfinity, 0);
        for (var (fit, retreats) = (0, 0); fit < sampler.Fits.Most && retreats < MostRetreats && problem.HasAlpha; )
        {
            using var points = sampler.Points(alpha, count, draw++, team, cancel);
            using var law = new TiltedLaw(problem, points, team, cancel);
            var newton = new DualNewton(problem, law, loss, FitLimits.Sampled(tolerance, sampler.Fits.LeastEffective));
            var drawnAt = alpha;
            alpha = start is null && fit + retreats == 0 ? newton.Start() : alpha;
            var before = newton.At(alpha, false);
            // Few points do not see that the law of an alpha has an infinite mass, or next to one: the points of that law do.
            if (points.Temperature < 1 || !(before.Gap <= LargestRise * gap))
            {
                report(FormattableString.Invariant($"{sampler.Method}: alpha goes back by half its way, from a gap of {before.Gap:G3}"));
                alpha = Between(inside, alpha, 0.5);
                retreats++;
                continue;
            }
            var state = newton.Maximise(alpha, cancel);
            report(
                new Progress(FormattableString.Invariant($"{sampler.Method}: dual {state.Dual:G6}, the gap was {before.Gap:G3}"))
                {
                    Reached = [new Reached(DualState.GapName, before.Gap)],
                }
            );
            if (!state.IsFinite)
                break;
            averaged += !newton.IsAtLimit && before.Gap > gap / 2 ? 1 : 0;
            (gap, inside, fit) = (before.Gap, drawnAt, fit + 1);
            alpha = Between(alpha, state.Alpha, 1.0 / (1 + averaged));
            // What Newton gained beyond sampling error says whether the points still fit.
            if (gap < tolerance / 10 * Math.Max(1, Math.Abs(state.Dual)) || averaged == MostAveraged)
                break;
        }
        return new Fit(alpha, draw);
    }

    /// <summary>A dual variable, and the number of the next draw.</summary>
    private sealed record Fit(double[] Alpha, uint Draw);

    private static double[] Between(double[] from, double[] to, double share) => [.. from.Zip(to, (a, b) => a + share * (b - a))];

    /// <summary>Replicates, each on one thread: they are independent, their steps are not.</summary>
    private Replicate[] Drawn(double[] alpha, int count, int round, uint draw, CancellationToken cancel)
    {
        var replicates = new Replicate[Replicates];
        team.Run(
            Replicates,
            (replica, _) =>
                replicates[replica] = journal.Of(
                    $"round {round}, replicate {replica}",
                    () => Drawn(alpha, count, draw + (uint)replica, looks: replica == 0, cancel)
                )
        );
        return replicates;
    }

    private Replicate Drawn(double[] alpha, int count, uint draw, bool looks, CancellationToken cancel)
    {
        cancel.ThrowIfCancellationRequested();
        using var single = new Team(1);
        using var points = sampler.Points(alpha, count, draw, single, cancel);
        using var law = new TiltedLaw(problem, points, single, cancel);
        var (sums, neuron) = (law.At(alpha, false), law.LawAt(alpha));
        var scout = looks && problem.Dimension <= Scout.MaximalDimension ? new Scout(problem) : null;
        return new Replicate(sums, neuron, ParetoTail.Shape(law.LogDensities))
        {
            Correlation = points.Correlation,
            Grain = law.LogDensities.Contains(double.NegativeInfinity) ? Math.Exp(law.LogDensities.Max() - sums.LogZ) : 0,
            Temperature = points.Temperature,
            RuleError = points.RuleError,
            Lag = points.Lag,
            ScaleReduction = points.ScaleReduction,
            Contrast = points.Contrast,
            Unseen = scout?.Look(alpha, points, law.LogDensities, single).Excess ?? double.NegativeInfinity,
        };
    }
}

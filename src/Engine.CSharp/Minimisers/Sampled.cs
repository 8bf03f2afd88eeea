using MeanField.Core;
using MeanField.Engine.Collectives;
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
    Action<string> report
)
{
    private const double DefaultTolerance = 1e-2;
    private const double Level = 0.95;
    private const int Replicates = 16;
    private const int FirstCount = 1 << 12;
    private const int MaximalRounds = 7;

    /// <summary>Fits of alpha to new points before those are judged: points that follow a law need a few.</summary>
    private const int MaximalFits = 6;

    private readonly double tolerance = options.Tolerance ?? DefaultTolerance;

    /// <summary>The minimiser with an interval for F*; more points until that is narrow enough.</summary>
    public Solution Solve(CancellationToken cancel)
    {
        var alpha = options.Start;
        var (count, draw) = (FirstCount, 0u);
        for (var round = 0; ; round++, count *= 2)
        {
            report($"{sampler.Method}: alpha fitted to {4 * count} points");
            alpha = Fitted(alpha, 4 * count, ref draw, cancel);
            report($"{sampler.Method}: judged on {Replicates} x {count} others");
            var replicates = new List<Replicate>();
            for (var replica = 0; replica < Replicates; replica++)
            {
                cancel.ThrowIfCancellationRequested();
                replicates.Add(Drawn(alpha, count, draw++));
            }
            var solution = Judged(alpha, replicates, Replicates * (long)count);
            if (solution.Certificate.IsCertified || round == MaximalRounds - 1)
                return solution;
        }
    }

    /// <summary>The first points are those of the prior, which needs no alpha.</summary>
    private double[] Fitted(double[]? start, int count, ref uint draw, CancellationToken cancel)
    {
        var alpha = start ?? new double[problem.HasAlpha ? problem.Nodes : 0];
        for (var fit = 0; fit < MaximalFits && problem.HasAlpha; fit++)
        {
            using var points = sampler.Points(alpha, count, draw++);
            using var law = new TiltedLaw(problem, points, team);
            var newton = new DualNewton(problem, law, loss);
            alpha = start is null && fit == 0 ? newton.Start() : alpha;
            var before = newton.At(alpha, false);
            var state = newton.Maximise(alpha, cancel);
            alpha = state.Alpha;
            // What Newton gained beyond sampling error says whether the points still fit.
            if (!state.IsFinite || before.Gap < tolerance / 10 * Math.Max(1, Math.Abs(state.Dual)))
                break;
        }
        return alpha;
    }

    private Replicate Drawn(double[] alpha, int count, uint draw)
    {
        using var points = sampler.Points(alpha, count, draw);
        using var law = new TiltedLaw(problem, points, team);
        return new Replicate(law.At(alpha, false), law.LawAt(alpha));
    }

    // ---- Judgement ----

    private enum Part
    {
        Dual,
        Primal,
        Gap,
        Loss,
        Risk,
        Divergence,
        LogZ,
        SquaredResidual,
        EffectiveSampleFraction,
        Count,
    }

    /// <summary>All that is estimated, as functions of pooled replicates: the parts in their order, then mean and covariance of a neuron.</summary>
    private double[] Functions(double[] alpha, Replicate pooled)
    {
        var (state, width) = (DualState.Of(problem, loss, alpha, pooled.Sums), pooled.Law.Mean.Length);
        var values = new double[(int)Part.Count + width * (1 + width)];
        values[(int)Part.Dual] = state.Dual;
        values[(int)Part.Primal] = state.Dual + state.Point.Gap;
        values[(int)Part.Gap] = state.Point.Gap;
        values[(int)Part.Loss] = state.Point.Loss ?? 0;
        values[(int)Part.Risk] = state.Point.Risk ?? 0;
        values[(int)Part.Divergence] = pooled.Sums.Divergence;
        values[(int)Part.LogZ] = pooled.Sums.LogZ;
        values[(int)Part.SquaredResidual] = state.SquaredResidual(problem.Weights);
        values[(int)Part.EffectiveSampleFraction] = pooled.Sums.EffectiveSampleFraction;
        double[] law = [.. pooled.Law.Mean, .. pooled.Law.Covariance.SelectMany(row => row)];
        law.CopyTo(values, (int)Part.Count);
        return values;
    }

    private Solution Judged(double[] alpha, List<Replicate> replicates, long points)
    {
        var pooled = Replicate.Pooled(replicates);
        var (values, errors) = Jackknife.Of(
            replicates.Count,
            left => Functions(alpha, left < 0 ? pooled : Replicate.Pooled([.. replicates.Where((_, k) => k != left)]))
        );
        var state = DualState.Of(problem, loss, alpha, pooled.Sums);
        var width = pooled.Law.Mean.Length;
        return new Solution
        {
            Method = sampler.Method,
            Convexity = problem.Programs.Convexity,
            Status = problem.Programs.Convexity == ConvexityKind.NotShown ? "critical point" : "minimiser",
            Certificate = Certified(values, errors, replicates.Count),
            Risk = OfFit(state.Point.Risk, Part.Risk),
            Loss = OfFit(state.Point.Loss, Part.Loss),
            Divergence = Of(Part.Divergence),
            LogZ = Of(Part.LogZ),
            ResidualNorm = Residual(values[(int)Part.SquaredResidual], errors[(int)Part.SquaredResidual]),
            EffectiveSampleFraction = Estimate.Exact(pooled.Sums.EffectiveSampleFraction),
            Law = LawOf(values, width),
            LawErrors = LawOf(errors, width),
            Alpha = alpha,
            Moment = pooled.Sums.Moment,
            Points = points,
            Seconds = 0,
        };

        Estimate Of(Part part) => EstimateOf(values[(int)part], errors[(int)part]);

        Estimate OfFit(double? value, Part part) =>
            value is null ? Estimate.Absent("the moment of the objective is not the net's output") : Of(part);
    }

    private Certificate Certified(double[] values, double[] errors, int count)
    {
        var quantile = Jackknife.Quantile(count, Level);
        var low = values[(int)Part.Dual] - quantile * errors[(int)Part.Dual];
        var high = Math.Max(values[(int)Part.Dual], values[(int)Part.Primal]) + quantile * errors[(int)Part.Primal];
        var allowed = tolerance * Math.Max(1, Math.Abs(values[(int)Part.Primal]));
        var half = (high - low) / 2;
        var obstacle =
            !(half <= allowed) ? FormattableString.Invariant($"the interval's half width is {half:G3}, above {allowed:G3}")
            : problem.Programs.Convexity == ConvexityKind.NotShown ? "T is not shown convex: a critical point has no certificate"
            : null;
        return new Certificate
        {
            FreeEnergy = EstimateOf(values[(int)Part.Primal], errors[(int)Part.Primal]),
            Dual = EstimateOf(values[(int)Part.Dual], errors[(int)Part.Dual]),
            Gap = EstimateOf(values[(int)Part.Gap], errors[(int)Part.Gap]),
            QuadratureError = Estimate.Absent("expectations are sampled: the standard errors stand for it"),
            NodeError = Estimate.Absent("not measured"),
            Interval = double.IsFinite(low) && double.IsFinite(high) ? new Interval(low, high, Level) : null,
            IsCertified = obstacle is null,
            Obstacle = obstacle,
        };
    }

    /// <summary>The root of a debiased square, which may have come out below 0.</summary>
    private static Estimate Residual(double square, double error) =>
        square > 0 ? EstimateOf(Math.Sqrt(square), error / (2 * Math.Sqrt(square))) : EstimateOf(0, Math.Sqrt(error));

    private static Estimate EstimateOf(double value, double error) =>
        new(Quantity.Of(value), Quantity.Of(error), Quantity.Absent("replicates are independent: standardErrors are the right figures"));

    private static NeuronLaw LawOf(double[] values, int width) =>
        new(
            values[(int)Part.Count..((int)Part.Count + width)],
            [.. Enumerable.Range(0, width).Select(i => values.AsSpan((int)Part.Count + width * (1 + i), width).ToArray())]
        );
}

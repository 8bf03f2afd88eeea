using MeanField.Core;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Minimisers;

/// <summary>What independent replicates say of mu_alpha and of F*: estimates, and an interval that is wider where the round before said otherwise.</summary>
internal sealed class Judgement
{
    private const double Level = 0.95;

    private readonly MinimiserProblem problem;
    private readonly DualLoss loss;
    private readonly double tolerance;
    private readonly double[] alpha;
    private readonly Replicate pooled;
    private readonly double[] values;
    private readonly double[] errors;
    private readonly double quantile;
    private readonly double drift;
    private readonly double grain;
    private readonly double rule;

    /// <summary>Judges alpha by points that it was not fitted to.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="loss">Its loss.</param>
    /// <param name="tolerance">Half the width of an interval, relative to max(1, |F|), that is narrow enough.</param>
    /// <param name="alpha">The dual variable.</param>
    /// <param name="replicates">Independent ones.</param>
    /// <param name="before">The judgement of fewer points; null for none.</param>
    public Judgement(
        MinimiserProblem problem,
        DualLoss loss,
        double tolerance,
        double[] alpha,
        IReadOnlyList<Replicate> replicates,
        Judgement? before
    )
    {
        (this.problem, this.loss, this.tolerance, this.alpha) = (problem, loss, tolerance, alpha);
        pooled = Replicate.Pooled(replicates);
        (values, errors) = Jackknife.Of(
            replicates.Count,
            left => Functions(left < 0 ? pooled : Replicate.Pooled([.. replicates.Where((_, k) => k != left)]))
        );
        quantile = Jackknife.Quantile(replicates.Count, Level);
        Diagnosis = Diagnosis.Of(replicates);
        // Stratified points all meet a border in the same place, and agree on the same error.
        grain = quantile * replicates.Average(one => one.Grain) / Math.Sqrt(replicates.Count) / problem.Programs.InverseTemperature;
        rule =
            (Math.Abs(replicates.Average(one => one.RuleError)) + Math.Abs(replicates.Average(one => one.Lag)))
            / problem.Programs.InverseTemperature;
        drift = before is null ? 0 : Drift(before);
    }

    /// <summary>Whether the errors may be believed.</summary>
    public Diagnosis Diagnosis { get; }

    /// <summary>Whether the interval may be believed and is narrow enough.</summary>
    public bool IsPrecise => Diagnosis.Doubt is null && IsFinite && High - Low <= 2 * Allowed;

    /// <summary>Whether alpha is good enough: no more than its part of the width is its gap, the rest is sampling error, which more points make smaller.</summary>
    public bool HasFit => Diagnosis.Doubt is null && (IsPrecise || this[Part.Gap] <= Allowed / 2);

    /// <summary>The judgement in words, for progress.</summary>
    public string Summary =>
        Diagnosis.Doubt
        ?? FormattableString.Invariant(
            $"dual {this[Part.Dual]:G5} +- {errors[(int)Part.Dual]:G2}, gap {this[Part.Gap]:G3} +- {errors[(int)Part.Gap]:G2}, half width {(High - Low) / 2:G3} of {Allowed:G3}"
        );

    /// <summary>The interval of F*; none where it is not believed.</summary>
    public IReadOnlyList<Reached> Reached =>
        Diagnosis.Doubt is null && IsFinite ? [new Reached(DualState.FreeEnergyName, this[Part.Primal], (Low, High))] : [];

    private bool IsFinite => double.IsFinite(Low) && double.IsFinite(High);

    private string? Obstacle =>
        Diagnosis.Doubt is { } doubt ? doubt
        : !IsFinite ? "a bound is not finite"
        : !IsPrecise ? FormattableString.Invariant($"the interval's half width is {(High - Low) / 2:G3}, above {Allowed:G3}")
        : problem.Programs.Convexity == ConvexityKind.NotShown ? "T is not shown convex: a critical point has no certificate"
        : null;

    private double Low => this[Part.Dual] - quantile * errors[(int)Part.Dual] - Systematic;

    private double High => Math.Max(this[Part.Dual], this[Part.Primal]) + quantile * errors[(int)Part.Primal] + Systematic;

    /// <summary>What the spread of replicates does not know of.</summary>
    private double Systematic => drift + grain + rule;

    private double Allowed => tolerance * Math.Max(1, Math.Abs(this[Part.Primal]));

    private double this[Part part] => values[(int)part];

    /// <summary>
    /// How far F has moved since fewer points beyond what the errors of both explain: what those missed, more may still miss. With another alpha both
    /// bounds are others, and F* is between either: then it is how far they are apart.
    /// </summary>
    private double Drift(Judgement before)
    {
        var part = (int)Part.Primal;
        var explained = quantile * Math.Sqrt(Math.Pow(errors[part], 2) + Math.Pow(before.errors[part], 2));
        var moved = ReferenceEquals(alpha, before.alpha)
            ? Math.Abs(this[Part.Primal] - before[Part.Primal])
            : Math.Max(this[Part.Dual] - before[Part.Primal], before[Part.Dual] - this[Part.Primal]);
        return Math.Max(0, moved - explained);
    }

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
        Count,
    }

    /// <summary>All that is estimated, as functions of pooled replicates: the parts in their order, then mean and covariance of a neuron.</summary>
    private double[] Functions(Replicate pooled)
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
        double[] law = [.. pooled.Law.Mean, .. pooled.Law.Covariance.SelectMany(row => row)];
        law.CopyTo(values, (int)Part.Count);
        return values;
    }

    /// <summary>The solution by a sampler from so many points in all.</summary>
    public Solution Solution(ISampler sampler, long points)
    {
        var state = DualState.Of(problem, loss, alpha, pooled.Sums);
        var width = pooled.Law.Mean.Length;
        return new Solution
        {
            Method = sampler.Method,
            Sampler = sampler,
            Convexity = problem.Programs.Convexity,
            Status =
                !IsFinite ? "not converged"
                : problem.Programs.Convexity == ConvexityKind.NotShown ? "critical point"
                : "minimiser",
            Certificate = Certified(),
            Risk = OfFit(state.Point.Risk, Part.Risk),
            Loss = OfFit(state.Point.Loss, Part.Loss),
            Divergence = Of(Part.Divergence),
            LogZ = Of(Part.LogZ),
            ResidualNorm = Residual(this[Part.SquaredResidual], errors[(int)Part.SquaredResidual]),
            EffectiveSampleFraction = Estimate.Exact(Math.Min(pooled.Sums.EffectiveSampleFraction, EffectiveShare(points))),
            Law = LawOf(values, width),
            LawErrors = LawOf(errors, width),
            Alpha = alpha,
            Moment = pooled.Sums.Moment,
            Points = points,
            Seconds = 0,
        };

        Estimate OfFit(double? value, Part part) =>
            value is null ? Estimate.Absent("the moment of the objective is not the net's output") : Of(part);
    }

    /// <summary>
    /// How many independent points would give the mean of a neuron the errors that replicates show, as a share of the points: the variance of the points'
    /// neurons over that. Particles of one population are of equal weight and know of one another.
    /// </summary>
    private double EffectiveShare(long points)
    {
        var (law, squares) = (
            LawOf(values, pooled.Law.Mean.Length),
            LawOf(errors, pooled.Law.Mean.Length).Mean.Sum(error => error * error)
        );
        var variance = law.Mean.Select((_, i) => law.Covariance[i][i] - problem.Programs.Variances[i]).Sum();
        return squares == 0 ? 1 : variance / (points * squares);
    }

    private Estimate Of(Part part) => EstimateOf(this[part], errors[(int)part]);

    /// <summary>An interval whose errors are not believed would have no level, and is not stated.</summary>
    private Certificate Certified() =>
        new()
        {
            FreeEnergy = Of(Part.Primal),
            Dual = Of(Part.Dual),
            Gap = Of(Part.Gap),
            QuadratureError = Estimate.Absent("expectations are sampled: the standard errors stand for it"),
            NodeError = Estimate.Absent("not measured"),
            Interval = Diagnosis.Doubt is null && IsFinite ? new Interval(Low, High, Level) : null,
            IsCertified = Obstacle is null,
            Obstacle = Obstacle,
        };

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

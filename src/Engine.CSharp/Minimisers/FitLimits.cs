namespace MeanField.Engine.Minimisers;

/// <summary>How exactly, and how far from the law that points were made for, the dual is maximised on them.</summary>
/// <param name="LastGain">Twice the gain of a step that is the last, as a share of the value: the next one would gain its square.</param>
/// <param name="HessianTolerance">The relative residual of Newton's equations.</param>
/// <param name="LeastEffective">The effective share of the points below which no step leads.</param>
internal sealed record FitLimits(double LastGain, double HessianTolerance, double LeastEffective)
{
    /// <summary>To rounding, for product rules, whose points serve every law.</summary>
    public static FitLimits Exact { get; } = new(1e-15, 1e-10, 0);

    /// <summary>To a share of the sampling error, while the points count.</summary>
    public static FitLimits Sampled(double tolerance, double leastEffective) => new(tolerance / 100, 1e-3, leastEffective);
}

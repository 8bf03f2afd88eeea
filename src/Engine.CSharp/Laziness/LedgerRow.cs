using MeanField.Core;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Laziness;

/// <summary>A guarantee beside what was measured.</summary>
/// <param name="Guarantee">The theorem with its constants put in.</param>
/// <param name="Measured">What it bounds, as measured here.</param>
/// <param name="Bias">How far the measured value may be off beside its standard error.</param>
public sealed record LedgerRow(Guarantee Guarantee, Estimate Measured, double Bias)
{
    /// <summary>Standard errors that a measured value may be beyond its bound by chance: of some twenty rows one in some ten thousand.</summary>
    private const double Errors = 4;

    /// <summary>The number promised; null where an assumption fails.</summary>
    public double? Bound => double.IsFinite(Guarantee.Bound) ? Guarantee.Bound : null;

    /// <summary>How far the measured value is within the bound; null without both.</summary>
    public double? Slack =>
        Bound is { } bound && Measured.Value.Value is { } measured
            ? Guarantee.IsLower
                ? measured - bound
                : bound - measured
            : null;

    /// <summary>Whether the measured value is within the bound, its errors granted; null where there is nothing to compare.</summary>
    public bool? Holds => Slack is { } slack ? slack >= -Errors * (Measured.StandardError.Value ?? 0) - Bias - Rounding : null;

    /// <summary>Whether the bound says nothing that was not known before.</summary>
    public bool IsVacuous => Bound >= Guarantee.Trivial;

    private double Rounding => 1e-9 * Math.Abs(Bound ?? 0);
}

using MathNet.Numerics.Distributions;

namespace MeanField.Engine.Bridges;

/// <summary>An estimate against what it should be.</summary>
/// <param name="Name">What is compared.</param>
/// <param name="Value">The estimate; of several numbers the one that is off the most, in units of its error.</param>
/// <param name="Expected">What it should be.</param>
/// <param name="StandardError">The standard error of the difference.</param>
/// <param name="Allowance">What it may differ by besides: a known bias, or an error of quadrature.</param>
/// <param name="Quantile">How many standard errors are allowed: three, or for several numbers as many as are as rare for the largest of them.</param>
public sealed record Comparison(string Name, double Value, double Expected, double StandardError, double Allowance, double Quantile)
{
    private const double Rare = 0.0027;
    private const double Rounding = 1e-12;

    /// <summary>A comparison that lets so much pass, in units of what is expected or of 1, says nothing.</summary>
    private const double Coarse = 2;

    /// <summary>Whether the difference is within what is allowed, but for rounding, and what is allowed is little enough to tell.</summary>
    public bool Holds => IsResolved && Math.Abs(Value - Expected) <= Allowed + Rounding * Scale;

    /// <summary>Whether errors and known biases are small enough for a verdict; what is expected to be 0 has no scale to tell by.</summary>
    public bool IsResolved => Expected == 0 || Allowed <= Coarse * Scale;

    private double Allowed => Quantile * StandardError + Allowance;

    private double Scale => Math.Max(1, Math.Abs(Expected));

    /// <summary>Of one number.</summary>
    public static Comparison Of(string name, double value, double expected, double error, double allowance = 0) =>
        new(name, value, expected, error, allowance, 3);

    /// <summary>The worst of several.</summary>
    public static Comparison WorstOf(string name, IReadOnlyList<Comparison> all)
    {
        var quantile = -Normal.InvCDF(0, 1, Rare / 2 / all.Count);
        return all.MaxBy(one => Excess(one) is var excess && double.IsNaN(excess) ? double.PositiveInfinity : excess)! with
        {
            Name = name,
            Quantile = quantile,
        };
    }

    private static double Excess(Comparison one) =>
        Math.Max(0, Math.Abs(one.Value - one.Expected) - one.Allowance) / Math.Max(one.StandardError, 1e-300);
}

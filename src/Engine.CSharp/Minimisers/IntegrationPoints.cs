using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// Weighted points w_k of the blocks that a law is left with: SUM exp(LogWeights[k]) g(w_k) stands for E g under gamma.
/// </summary>
internal sealed class IntegrationPoints : IDisposable
{
    /// <summary>M points, row-major M x d, with their log weights.</summary>
    public IntegrationPoints(int dimension, double[] rows, double[] logWeights)
    {
        Layout = new ParticleLayout(logWeights.Length, dimension);
        LogWeights = logWeights;
        State = AlignedBuffer.Of<double>(Layout.Length);
        Layout.FromRows(rows, State, NumberFormat.Double);
    }

    /// <summary>M and d.</summary>
    public ParticleLayout Layout { get; }

    /// <summary>The points in the storage of <see cref="Layout"/>, double.</summary>
    public AlignedBuffer State { get; }

    /// <summary>M log weights.</summary>
    public double[] LogWeights { get; }

    /// <summary>The largest correlation that a component kept with itself while points were made of others; 0 for independent points.</summary>
    public double Correlation { get; init; }

    /// <summary>The temperature lambda that annealing came to; 1 for points that were made for their law, or without annealing.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>What log Z changes under another rule for the steps between temperatures; 0 where there are none.</summary>
    public double RuleError { get; init; }

    /// <summary>What the mean of log Z over both ways through the temperatures differs by from either: chains lag behind their temperature; 0 without chains.</summary>
    public double Lag { get; init; }

    /// <summary>The root of the variance of all chains over that within one [gelman1992]: infinite for chains that stay in different modes, 1 without chains.</summary>
    public double ScaleReduction { get; init; } = 1;

    /// <summary>How far means of chains from another start are from those of the points, in standard deviations; 0 without chains.</summary>
    public double Contrast { get; init; }

    /// <summary>M.</summary>
    public int Count => LogWeights.Length;

    /// <summary>log of the density of N(0, tau) at w.</summary>
    public static double LogPrior(double w, double tau) => -w * w / (2 * tau) - 0.5 * Math.Log(2 * Math.PI * tau);

    /// <summary>These points and others of weight 0 behind them. The caller disposes them.</summary>
    public IntegrationPoints With(IntegrationPoints others) =>
        new(
            Layout.Dimension,
            [.. Layout.Rows(State, NumberFormat.Double), .. others.Layout.Rows(others.State, NumberFormat.Double)],
            [.. LogWeights, .. Enumerable.Repeat(double.NegativeInfinity, others.Count)]
        );

    /// <summary>log of the density of N(0, tau I) at a point.</summary>
    public static double LogPrior(ReadOnlySpan<double> point, double tau)
    {
        var sum = 0.0;
        foreach (var w in point)
            sum += LogPrior(w, tau);
        return sum;
    }

    public void Dispose() => State.Dispose();
}

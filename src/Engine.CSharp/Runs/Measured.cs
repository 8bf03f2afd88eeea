using System.Diagnostics;

namespace MeanField.Engine.Runs;

/// <summary>What was measured several times over.</summary>
/// <param name="Median">The median.</param>
/// <param name="Spread">Half the distance between the values that a sixth fall below and above; 0 for one value alone.</param>
public sealed record Measured(double Median, double Spread)
{
    // The quantiles of a normal law one standard deviation away from its mean: single interruptions of the process do not count.
    private const double Sixth = 0.1587;

    /// <summary>Of at least one value.</summary>
    public static Measured Of(IEnumerable<double> values)
    {
        double[] ordered = [.. values.Order()];
        return new Measured(Quantile(ordered, 0.5), (Quantile(ordered, 1 - Sixth) - Quantile(ordered, Sixth)) / 2);
    }

    /// <summary>Seconds that some work takes, by the clock on the wall.</summary>
    internal static double Seconds(Action work)
    {
        var watch = Stopwatch.StartNew();
        work();
        return watch.Elapsed.TotalSeconds;
    }

    /// <summary>Between neighbours in order, by distance.</summary>
    private static double Quantile(double[] ordered, double share)
    {
        var place = share * (ordered.Length - 1);
        var below = (int)place;
        var above = Math.Min(below + 1, ordered.Length - 1);
        return ordered[below] + (place - below) * (ordered[above] - ordered[below]);
    }
}

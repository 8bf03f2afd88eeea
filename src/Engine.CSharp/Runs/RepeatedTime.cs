using System.Diagnostics;

namespace MeanField.Engine.Runs;

/// <summary>What a piece of work took, several times over: wall-clock time.</summary>
/// <param name="Seconds">The median.</param>
/// <param name="Spread">Half the distance between the times that a sixth fall below and above; 0 for one time alone.</param>
public sealed record RepeatedTime(double Seconds, double Spread)
{
    // The quantiles of a normal law one standard deviation away from its mean: single interruptions of the process do not count.
    private const double Sixth = 0.1587;

    /// <summary>Of at least one time.</summary>
    public static RepeatedTime Of(IEnumerable<double> seconds)
    {
        double[] times = [.. seconds.Order()];
        return new RepeatedTime(Quantile(times, 0.5), (Quantile(times, 1 - Sixth) - Quantile(times, Sixth)) / 2);
    }

    /// <summary>Seconds that some work takes.</summary>
    internal static double Of(Action work)
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

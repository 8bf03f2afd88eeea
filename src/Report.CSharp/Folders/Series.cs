using MeanField.Engine.Runs;
using MeanField.Report.Figures;

namespace MeanField.Report.Folders;

/// <summary>A quantity over the time of a run: its mean over replicas and twice its standard error.</summary>
internal sealed record Series(double[] Times, double[] Means, double[] Errors)
{
    /// <summary>A scalar of the metrics; null where no row has a number.</summary>
    public static Series? Of(RecordedMetrics metrics, string name)
    {
        if (!metrics.Scalars.TryGetValue(name, out var values) || Array.TrueForAll(values, double.IsNaN))
            return null;
        var moments = metrics.Times.Zip(values).GroupBy(row => row.First, row => row.Second).OrderBy(moment => moment.Key).ToArray();
        var statistics = moments.Select(moment => ReplicaStatistics.Of(moment.ToArray())).ToArray();
        return new Series(
            [.. moments.Select(moment => moment.Key)],
            [.. statistics.Select(one => one.Mean)],
            [.. statistics.Select(one => 2 * (one.StandardError ?? 0))]
        );
    }

    /// <summary>Whether the means are positive and run over more than a factor of twenty, which a logarithmic axis shows better.</summary>
    public bool IsWide => Means.Min() > 0 && Means.Max() > 20 * Means.Min();

    /// <summary>The curve, over its band where replicas give an error.</summary>
    public IEnumerable<Layer> Layers(string label)
    {
        yield return new Curve(label, Times, Means);
        if (Errors.Any(error => error > 0))
            yield return new Band("", Times, Shifted(-1), Shifted(1));
    }

    private double[] Shifted(int sign) => [.. Means.Zip(Errors, (mean, error) => mean + sign * error)];
}

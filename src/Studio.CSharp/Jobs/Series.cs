using MeanField.Engine.Runs;
using MeanField.Report.Figures;

namespace MeanField.Studio.Jobs;

/// <summary>A quantity of a job over its course.</summary>
/// <param name="Name">The quantity.</param>
/// <param name="Horizontal">What it is over: time, or step, the count of its values.</param>
/// <param name="Replicas">A curve for each replica, in their order.</param>
/// <param name="Mean">The mean of replicas, as far as all of them are; null where there is but one.</param>
/// <param name="Band">Twice the standard error of the mean, or an interval for the quantity; null where neither is known.</param>
public sealed record Series(string Name, string Horizontal, IReadOnlyList<Curve> Replicas, Curve? Mean, Band? Band)
{
    /// <summary>The series of points in the order in which they were told.</summary>
    public static Series Of(string name, string horizontal, IReadOnlyList<TracePoint> points)
    {
        Curve[] replicas =
        [
            .. from replica in points.GroupBy(point => point.Replica)
            orderby replica.Key
            select new Curve($"replica {replica.Key + 1}", [.. replica.Select(point => point.X)], [.. replica.Select(point => point.Y)]),
        ];
        return replicas.Length == 1
            ? new Series(name, horizontal, replicas, null, Intervals(points))
            : Averaged(new Series(name, horizontal, replicas, null, null), points);
    }

    /// <summary>Whether a logarithmic axis shows more: all is positive, over more than a factor of twenty.</summary>
    public bool IsWide
    {
        get
        {
            var values = Replicas.SelectMany(curve => curve.Y).Concat(Band?.Low ?? []).ToArray();
            return values.Min() > 0 && values.Max() > 20 * values.Min();
        }
    }

    private static Band? Intervals(IReadOnlyList<TracePoint> points) =>
        points.Where(point => point.Within is not null).ToArray() is { Length: > 0 } known
            ? new Band(
                "interval",
                [.. known.Select(point => point.X)],
                [.. known.Select(point => point.Within!.Value.Low)],
                [.. known.Select(point => point.Within!.Value.High)]
            )
            : null;

    private static Series Averaged(Series series, IReadOnlyList<TracePoint> points)
    {
        var moments = points
            .GroupBy(point => point.X, point => point.Y)
            .Where(moment => moment.Count() == series.Replicas.Count)
            .OrderBy(moment => moment.Key)
            .Select(moment => (Time: moment.Key, Statistics: ReplicaStatistics.Of([.. moment])))
            .ToArray();
        double[] times = [.. moments.Select(moment => moment.Time)];
        return series with
        {
            Mean = new Curve("mean", times, [.. moments.Select(moment => moment.Statistics.Mean)]),
            Band = new Band("twice the standard error", times, Shifted(-2), Shifted(2)),
        };

        double[] Shifted(int errors) =>
            [.. moments.Select(moment => moment.Statistics.Mean + errors * (moment.Statistics.StandardError ?? 0))];
    }
}

/// <summary>A value that was told of.</summary>
public readonly record struct TracePoint(int Replica, double X, double Y, (double Low, double High)? Within);

using MeanField.Engine;

namespace MeanField.Studio.Jobs;

/// <summary>The quantities that a job has told of so far: what a run records, and the bounds, gaps and errors of solve and bridge. Any thread may add.</summary>
public sealed class Trace
{
    private readonly Dictionary<string, (bool HasTime, List<TracePoint> Points)> told = [];

    /// <summary>Counts what was added.</summary>
    public int Version { get; private set; }

    /// <summary>The names of all quantities: those over time first, each kind in the order of first values.</summary>
    public IReadOnlyList<string> Names
    {
        get
        {
            lock (told)
                return [.. told.OrderByDescending(one => one.Value.HasTime).Select(one => one.Key)];
        }
    }

    /// <summary>A quantity as it is now.</summary>
    public Series Of(string name)
    {
        lock (told)
            return Series.Of(name, told[name].HasTime ? "time" : "step", told[name].Points);
    }

    /// <summary>Adds all quantities that are numbers.</summary>
    public void Add(Progress progress)
    {
        lock (told)
            foreach (var reached in progress.Reached.Where(reached => double.IsFinite(reached.Value)))
            {
                if (!told.TryGetValue(reached.Quantity, out var one))
                    told[reached.Quantity] = one = (progress.Time is not null, []);
                one.Points.Add(new TracePoint(progress.Replica, progress.Time ?? one.Points.Count, reached.Value, reached.Within));
                Version++;
            }
    }
}

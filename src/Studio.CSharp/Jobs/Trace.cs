using System.Globalization;
using System.Text.RegularExpressions;

namespace MeanField.Studio.Jobs;

/// <summary>A number of a job over its course: <c>X</c> is time, or the count of values where there is none.</summary>
public sealed record Series(string Name, string Horizontal, double[] X, double[] Y);

/// <summary>
/// The numbers that a job has told of so far: what a run records, and what solve and bridge say of their gaps and errors. Any thread may add.
/// </summary>
public sealed partial class Trace
{
    private readonly Dictionary<(string Name, string Horizontal), List<(double X, double Y)>> series = [];

    /// <summary>Counts what was added.</summary>
    public int Version { get; private set; }

    /// <summary>All series as they are now, in the order of their first numbers.</summary>
    public IReadOnlyList<Series> Now()
    {
        lock (series)
            return
            [
                .. series.Select(entry => new Series(
                    entry.Key.Name,
                    entry.Key.Horizontal,
                    [.. entry.Value.Select(point => point.X)],
                    [.. entry.Value.Select(point => point.Y)]
                )),
            ];
    }

    /// <summary>Adds a recorded quantity; the first replica stands for all.</summary>
    public void Add(int replica, double time, string quantity, double value)
    {
        if (replica == 0 && double.IsFinite(value))
            Add(quantity, "time", _ => time, value);
    }

    /// <summary>Adds the gap or the error that a line of progress tells of.</summary>
    public void Add(string line)
    {
        if (Measured().Match(line) is { Success: true } match)
            Add(match.Groups[1].Value, "step", count => count, double.Parse(match.Groups[2].Value, CultureInfo.InvariantCulture));
    }

    private void Add(string name, string horizontal, Func<int, double> x, double y)
    {
        lock (series)
        {
            if (!series.TryGetValue((name, horizontal), out var points))
                series[(name, horizontal)] = points = [];
            points.Add((x(points.Count), y));
            Version++;
        }
    }

    /// <summary>As in "step 12, marginal error 1.2E-3" and "dual 0.3, the gap was 0.01".</summary>
    [GeneratedRegex(@"(marginal error|gap)(?: was)? (\d[\d.]*(?:[Ee][+-]?\d+)?)")]
    private static partial Regex Measured();
}

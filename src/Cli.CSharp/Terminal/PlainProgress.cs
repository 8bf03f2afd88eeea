namespace MeanField.Cli.Terminal;

/// <summary>Progress for a file or a pipe: a whole line every few seconds and one at the end, so that logs stay short.</summary>
internal sealed class PlainProgress(TextWriter writer, string title, double total, string unit, TimeProvider clock) : IProgress<double>
{
    private static readonly TimeSpan Interval = TimeSpan.FromSeconds(5);

    private readonly Lock gate = new();
    private readonly long start = clock.GetTimestamp();
    private TimeSpan lastLine;
    private bool finished;

    /// <summary>Takes note that <paramref name="value"/> of the total is done. Any thread may call it.</summary>
    public void Report(double value)
    {
        lock (gate)
        {
            var elapsed = clock.GetElapsedTime(start);
            if (finished || value <= 0 || (value < total && elapsed - lastLine < Interval))
                return;
            lastLine = elapsed;
            finished = value >= total;
            writer.WriteLine(Line(value, elapsed));
        }
    }

    private string Line(double value, TimeSpan elapsed)
    {
        var rate = Wording.Rate(value / Math.Max(elapsed.TotalSeconds, 1e-9), unit);
        return value < total
            ? $"{title}: {100 * value / total:F0}%, {rate}, {Wording.Duration(elapsed * (total / value - 1))} left"
            : $"{title}: done in {Wording.Duration(elapsed)}, {rate}";
    }
}

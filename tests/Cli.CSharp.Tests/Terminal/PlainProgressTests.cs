using MeanField.Cli.Terminal;

namespace MeanField.Cli.Tests.Terminal;

public sealed class PlainProgressTests
{
    private readonly StringWriter writer = new() { NewLine = "\n" };
    private readonly ManualClock clock = new();

    [Fact]
    public void A_line_comes_every_five_seconds_and_one_at_the_end()
    {
        var progress = new PlainProgress(writer, "simulating", 400, "steps", clock);
        for (var second = 0; second <= 8; second++)
        {
            progress.Report(50 * second);
            clock.Advance(TimeSpan.FromSeconds(1));
        }

        Assert.Equal("simulating: 62%, 50.0 steps/s, 3 s left\nsimulating: done in 8 s, 50.0 steps/s\n", writer.ToString());
    }

    [Fact]
    public void The_end_is_told_once()
    {
        var progress = new PlainProgress(writer, "simulating", 1, "steps", clock);
        clock.Advance(TimeSpan.FromSeconds(1));
        progress.Report(1);
        progress.Report(1);
        Assert.Equal("simulating: done in 1 s, 1.00 steps/s\n", writer.ToString());
    }

    [Fact]
    public void Quiet_work_writes_nothing_and_answers_its_result()
    {
        var screen = new Screen(Screen.On(writer, plain: true), Screen.On(writer, plain: true), Quiet: true);
        Assert.Equal(7, WorkProgress.During(screen, "simulating", 1, "steps", Work));
        Assert.Equal("", writer.ToString());
    }

    [Fact]
    public void Redirected_work_writes_plain_lines_without_escapes()
    {
        var screen = new Screen(Screen.On(writer, plain: true), Screen.On(writer, plain: true), Quiet: false);
        Assert.Equal(7, WorkProgress.During(screen, "simulating", 1, "steps", Work));
        Assert.Matches(@"^simulating: done in 1 s, \S+ \w*steps/s\n$", writer.ToString());
    }

    [Fact]
    public void Live_work_shows_its_title_and_answers_its_result()
    {
        var screen = new Screen(Screen.On(writer, plain: true), Screen.On(writer, plain: false), Quiet: false);
        Assert.Equal(7, WorkProgress.During(screen, "simulating", 1, "steps", Work));
        Assert.Contains("simulating", writer.ToString());
    }

    [Fact]
    public void A_failure_of_live_work_reaches_the_caller_as_it_is()
    {
        var screen = new Screen(Screen.On(writer, plain: true), Screen.On(writer, plain: false), Quiet: false);
        Assert.Throws<InvalidOperationException>(() =>
            WorkProgress.During<int>(screen, "s", 1, "steps", _ => throw new InvalidOperationException())
        );
    }

    private static int Work(IProgress<double> progress)
    {
        progress.Report(1);
        return 7;
    }

    private sealed class ManualClock : TimeProvider
    {
        private long now;

        public override long TimestampFrequency => TimeSpan.TicksPerSecond;

        public override long GetTimestamp() => now;

        public void Advance(TimeSpan time) => now += time.Ticks;
    }
}

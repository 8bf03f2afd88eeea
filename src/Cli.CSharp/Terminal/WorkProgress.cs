using MeanField.Studio.Jobs;
using Spectre.Console;
using Spectre.Console.Rendering;
using Progress = MeanField.Engine.Progress;

namespace MeanField.Cli.Terminal;

/// <summary>
/// Shows how far a piece of work is, its rate and the time left, on standard error: a live line on a terminal,
/// now and then a plain line elsewhere, nothing when quiet.
/// </summary>
internal static class WorkProgress
{
    /// <summary>
    /// Does the work, which reports how much of <paramref name="total"/> is done (in <paramref name="unit"/>s, from any thread), and answers its result.
    /// </summary>
    public static T During<T>(Screen screen, string title, double total, string unit, Func<IProgress<double>, T> work)
    {
        if (screen.Listener is { } listener)
            return work(new Told(listener, total));
        if (screen.Quiet)
            return work(new Silent());
        return screen.Error.Profile.Capabilities.Interactive
            ? Live(screen.Error, title, total, unit, work)
            : work(new PlainProgress(screen.Error.Profile.Out.Writer, title, total, unit, TimeProvider.System));
    }

    private static T Live<T>(IAnsiConsole console, string title, double total, string unit, Func<IProgress<double>, T> work) =>
        console
            .Progress()
            .Columns(
                new TaskDescriptionColumn(),
                new ProgressBarColumn(),
                new PercentageColumn(),
                new RateColumn(unit),
                new TimeLeftColumn()
            )
            .Start(context => work(context.AddTask(Markup.Escape(title), maxValue: total)));

    private sealed class Told(ICommandListener listener, double total) : IProgress<double>
    {
        public void Report(double value) => listener.Told(new Progress("") { Share = Math.Clamp(value / total, 0, 1) });
    }

    private sealed class Silent : IProgress<double>
    {
        public void Report(double value) { }
    }

    private sealed class RateColumn(string unit) : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(task.Speed is { } speed ? Wording.Rate(speed, unit) : "");
    }

    private sealed class TimeLeftColumn : ProgressColumn
    {
        public override IRenderable Render(RenderOptions options, ProgressTask task, TimeSpan deltaTime) =>
            new Text(task.RemainingTime is { } left ? $"{Wording.Duration(left)} left" : "");
    }
}

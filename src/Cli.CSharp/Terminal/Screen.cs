using MeanField.Studio.Jobs;
using Spectre.Console;
using Progress = MeanField.Engine.Progress;

namespace MeanField.Cli.Terminal;

/// <summary>
/// Where a command writes: results to standard output, progress and messages to standard error.
/// A stream that is not a terminal gets plain text of a fixed width.
/// </summary>
internal sealed record Screen(IAnsiConsole Output, IAnsiConsole Error, bool Quiet)
{
    // Wide enough for every table of ours, so that a redirected table never wraps.
    private const int PlainWidth = 120;

    /// <summary>Who hears of progress in numbers; null on a terminal or a pipe.</summary>
    public ICommandListener? Listener { get; init; }

    /// <summary>The streams of this process, or of the job that runs in it; with <paramref name="quiet"/> no progress is shown.
    /// <paramref name="plain"/> is for streams that look like a terminal and are none.</summary>
    public static Screen OfProcess(bool quiet, bool plain = false) =>
        JobStreams.Listener is { } listener
            ? new(On(Console.Out, plain: true), On(Console.Error, plain: true), quiet) { Listener = listener }
            : new(On(Console.Out, plain || Console.IsOutputRedirected), On(Console.Error, plain || Console.IsErrorRedirected), quiet);

    /// <summary>Tells how far the work is: its line to standard error, unless quiet, and its numbers to a listener.</summary>
    public void Tell(Progress progress)
    {
        Listener?.Told(progress);
        if (!Quiet && progress.Text.Length > 0)
            Console.Error.WriteLine(progress.Text);
    }

    /// <summary>A console over any writer; <paramref name="plain"/> means no escape sequences, no live display.</summary>
    public static IAnsiConsole On(TextWriter writer, bool plain)
    {
        var console = AnsiConsole.Create(
            new AnsiConsoleSettings
            {
                Out = new AnsiConsoleOutput(writer),
                Ansi = plain ? AnsiSupport.No : AnsiSupport.Detect,
                Interactive = plain ? InteractionSupport.No : InteractionSupport.Yes,
                ColorSystem = plain ? ColorSystemSupport.NoColors : ColorSystemSupport.Detect,
            }
        );
        if (plain)
            console.Profile.Width = PlainWidth;
        return console;
    }
}

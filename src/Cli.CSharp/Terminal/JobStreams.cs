using System.Text;
using MeanField.Studio.Jobs;

namespace MeanField.Cli.Terminal;

/// <summary>
/// The streams of commands that run beside one another in one process: what a job writes, on whatever thread of its own, is heard by its
/// listener and no one else. A flow of execution that belongs to no job writes to the process.
/// </summary>
internal static class JobStreams
{
    private static readonly AsyncLocal<Job?> Flow = new();

    /// <summary>Who hears the job of this flow; null outside of jobs.</summary>
    public static ICommandListener? Listener => Flow.Value?.Listener;

    /// <summary>Lets the console tell jobs apart, from here to the end of the process.</summary>
    public static void Divide()
    {
        Console.SetOut(new Divided(Console.Out, job => job.Output));
        Console.SetError(new Divided(Console.Error, job => job.Error));
    }

    /// <summary>Does the work of a job.</summary>
    public static T During<T>(ICommandListener listener, Func<T> work)
    {
        Flow.Value = new Job(listener, new LineWriter(listener.Output), new LineWriter(listener.Message));
        try
        {
            return work();
        }
        finally
        {
            Flow.Value = null;
        }
    }

    private sealed record Job(ICommandListener Listener, TextWriter Output, TextWriter Error);

    private sealed class Divided(TextWriter process, Func<Job, TextWriter> of) : TextWriter
    {
        private TextWriter Current => Flow.Value is { } job ? of(job) : process;

        public override Encoding Encoding => process.Encoding;

        public override void Write(char value) => Current.Write(value);

        public override void Write(string? value) => Current.Write(value);

        public override void WriteLine(string? value) => Current.WriteLine(value);

        public override void Flush() => Current.Flush();
    }
}

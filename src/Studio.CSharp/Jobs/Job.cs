using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MeanField.Engine;

namespace MeanField.Studio.Jobs;

/// <summary>One command that was asked for in the studio, from its start to its result. Pages look at it as often as they like.</summary>
public sealed class Job(int number, IReadOnlyList<string> arguments) : ICommandListener
{
    private const int Interrupted = 130;

    private readonly CancellationTokenSource source = new();
    private readonly StringBuilder output = new();
    private readonly List<string> messages = [];
    private string? keptFolder;

    /// <summary>From 1, in the order of asking.</summary>
    public int Number => number;

    /// <summary>The words after 'workbench'.</summary>
    public IReadOnlyList<string> Arguments => arguments;

    /// <summary>The command's name.</summary>
    public string Command => arguments[0];

    /// <summary>What a user would type for it.</summary>
    public string Line => $"workbench {string.Join(' ', arguments.Where(word => word != "--json").Select(Quoted))}";

    /// <summary>How it stands.</summary>
    public JobState State { get; private set; }

    /// <summary>Its exit code, once it has ended.</summary>
    public int? ExitCode { get; private set; }

    /// <summary>Whether it may still be stopped.</summary>
    public bool IsActive => State is JobState.Waiting or JobState.Running;

    /// <summary>How much of the present work is done, from 0 to 1; null where no one can tell.</summary>
    public double? Share { get; private set; }

    /// <summary>Its numbers so far.</summary>
    public Trace Trace { get; } = new();

    /// <summary>The object that it printed; null before its end and of one that failed.</summary>
    public JsonObject? Result { get; private set; }

    /// <summary>The folder that it wrote; null for none.</summary>
    public string? Folder => Result?["folder"]?.GetValue<string>() ?? keptFolder;

    /// <summary>What it said on its way and of its failure, in lines.</summary>
    public IReadOnlyList<string> Messages
    {
        get
        {
            lock (messages)
                return [.. messages];
        }
    }

    /// <summary>Ends it as Ctrl-C would: what it has reached is kept.</summary>
    public void Stop() => source.Cancel();

    /// <summary>Does the work on this thread.</summary>
    public void Run(ICommands commands)
    {
        State = JobState.Running;
        ExitCode = source.IsCancellationRequested ? Interrupted : commands.Run(arguments, this, source.Token);
        Result = Parsed();
        State =
            ExitCode == Interrupted ? JobState.Stopped
            : Result is null ? JobState.Failed
            : JobState.Done;
    }

    public void Output(string line)
    {
        lock (output)
            output.AppendLine(line);
    }

    public void Message(string line)
    {
        lock (messages)
            messages.Add(line);
    }

    public void Told(Progress progress)
    {
        Trace.Add(progress);
        (Share, keptFolder) = (progress.Share ?? Share, progress.Folder ?? keptFolder);
    }

    private JsonObject? Parsed()
    {
        try
        {
            return JsonNode.Parse(output.ToString()) as JsonObject;
        }
        catch (JsonException)
        {
            return null;
        }
    }

    private static string Quoted(string word) => word.Contains(' ') ? $"\"{word}\"" : word;
}

using System.Text.Json;
using System.Text.Json.Nodes;
using MeanField.Core;
using MeanField.Engine.Journals;
using MeanField.Engine.Runs;
using MeanField.Report.Folders;

namespace MeanField.Studio.Folders;

/// <summary>A folder that a command has written.</summary>
/// <param name="Path">From the working directory.</param>
/// <param name="Command">The command.</param>
/// <param name="Status">A word for how it stands.</param>
/// <param name="Written">When it was last written to.</param>
/// <param name="Results">What was found; null where it has not ended.</param>
internal sealed record FolderEntry(string Path, string Command, string Status, DateTime Written, JsonObject? Results)
{
    private const string Parent = "runs";

    /// <summary>Whether its command can go on in it.</summary>
    public bool IsInterrupted => Status is "interrupted";

    /// <summary>Its last name.</summary>
    public string Name => System.IO.Path.GetFileName(Path);

    /// <summary>The folders under runs/, the newest first.</summary>
    public static IReadOnlyList<FolderEntry> All() =>
        Directory.Exists(Parent)
            ? [.. Directory.EnumerateDirectories(Parent).Select(Of).OfType<FolderEntry>().OrderByDescending(entry => entry.Written)]
            : [];

    /// <summary>One folder below the working directory; null where no command has written there.</summary>
    public static FolderEntry? Of(string path)
    {
        if (!WorkingDirectory.Holds(path) || !Directory.Exists(path))
            return null;
        try
        {
            return OfRun(path) ?? OfResult(path) ?? OfCall(path);
        }
        catch (Exception damaged) when (damaged is FaultException or IOException or JsonException or InvalidOperationException)
        {
            return new FolderEntry(path, "?", "damaged", Directory.GetLastWriteTime(path), null);
        }
    }

    /// <summary>What goes on in it, to the bits that it would have had.</summary>
    public IReadOnlyList<string> Resume() => [Command, Problem, .. Options(), "--resume", Path];

    /// <summary>What runs it again and compares.</summary>
    public IReadOnlyList<string> Repeat() => [Command, Problem, "--repeat", Path];

    private string Problem => System.IO.Path.Combine(Path, FolderFiles.Problem);

    private IEnumerable<string> Options() =>
        KeptCall.IsIn(Path)
        && JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(Path, KeptCall.FileName)))?["options"] is JsonObject options
            ? options.SelectMany(option => new[] { option.Key, $"{option.Value}" })
            : [];

    private static FolderEntry? OfRun(string path)
    {
        if (!FolderFiles.Run.IsIn(path))
            return null;
        var run = RecordedRun.Read(path);
        return Entry(path, "run", run.HasEnded ? run.Status : "interrupted", run.Results);
    }

    private static FolderEntry? OfResult(string path) =>
        ReportFolder.Result(path) is { } found ? Entry(path, found.Command, "completed", found.Results) : null;

    private static FolderEntry? OfCall(string path) =>
        KeptCall.IsIn(path)
            ? Entry(
                path,
                $"{JsonNode.Parse(File.ReadAllText(System.IO.Path.Combine(path, KeptCall.FileName)))?["command"]}",
                "interrupted",
                null
            )
            : null;

    private static FolderEntry Entry(string path, string command, string status, JsonObject? results) =>
        new(path, command, status, Directory.GetLastWriteTime(path), results);
}

using System.Text;
using System.Text.Json;
using System.Text.Json.Nodes;
using MeanField.Core;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Journals;

/// <summary>
/// One call of a command whose journal is kept in its folder: call.json says what the results depend on, so that no other call goes on with its parts.
/// </summary>
/// <param name="Command">bridge, solve or lazy.</param>
/// <param name="Options">Its options beside the keys of the problem, by name.</param>
/// <param name="Problem">The problem and its files.</param>
/// <param name="CheckpointSeconds">From one checkpoint to the next; 0 for one at every page.</param>
/// <param name="Resume">The folder to go on in; null for a new one.</param>
public sealed record KeptCall(
    string Command,
    IReadOnlyDictionary<string, string> Options,
    ProblemIdentity Problem,
    double CheckpointSeconds,
    string? Resume
)
{
    /// <summary>The file of a folder that says what call stands there.</summary>
    public const string FileName = "call.json";

    /// <summary>Version of its layout.</summary>
    public const int SchemaVersion = 1;

    /// <summary>The folder of this call and its journal: a new one, or the one to go on in.</summary>
    /// <exception cref="FaultException">Another call stands there, or another version of the workbench has written it; or as of <see cref="RunFolder.Create"/>.</exception>
    internal (RunFolder Folder, Journal Journal) Open(
        string? path,
        Problem problem,
        string problemFolder,
        bool force,
        Action<string> warned
    )
    {
        if (Resume is not null)
            return Reopened(Resume, warned);
        RunFolder.CheckForced(path, force, problemFolder);
        var folder = RunFolder.Create(path, problem.Title, DateTimeOffset.Now, force);
        folder.Write(FileName, stream => stream.Write(Encoding.UTF8.GetBytes(ToJson())));
        folder.WriteProblem(ProblemModule.toToml(ProblemModule.resolvePaths(problemFolder, problem)));
        return (folder, Kept(folder, JournalState.Empty));
    }

    /// <summary>The command whose call a folder has; null without one.</summary>
    internal static string? CommandIn(string folder)
    {
        try
        {
            return IsIn(folder) ? JsonNode.Parse(File.ReadAllText(Path.Combine(folder, FileName)))?["command"]?.GetValue<string>() : null;
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException)
        {
            return null;
        }
    }

    /// <summary>Whether a call stands in a folder.</summary>
    public static bool IsIn(string folder) => File.Exists(Path.Combine(folder, FileName));

    private (RunFolder, Journal) Reopened(string path, Action<string> warned)
    {
        RequireSame(path);
        var folder = RunFolder.Reopen(path);
        try
        {
            var damaged = new List<string>();
            var checkpoint = Checkpoint.Newest(path, damaged.Add);
            if (checkpoint is null && damaged.Count > 0)
                damaged.Add($"no checkpoint is sound: the {Command} begins again");
            foreach (var warning in damaged)
            {
                warned(warning);
                folder.Log($"warning: {warning}");
            }
            folder.Log(checkpoint is null ? "started again" : $"resumed after {Path.GetFileName(checkpoint)}");
            return (folder, Kept(folder, checkpoint is null ? JournalState.Empty : ReadState(path, checkpoint)));
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private static JournalState ReadState(string path, string checkpoint) =>
        PageFormat.Checked(
            "the state",
            () =>
            {
                Checkpoint.RequireFormat(path, checkpoint, JournalState.VersionOf(checkpoint), JournalState.FormatVersion);
                return JournalState.Read(checkpoint);
            }
        );

    private Journal Kept(RunFolder folder, JournalState state) => new(new JournalPages(folder, CheckpointSeconds, state));

    private string ToJson() =>
        new JsonObject
        {
            ["schemaVersion"] = SchemaVersion,
            ["workbench"] = Platform.Here().Workbench,
            ["process"] = Environment.ProcessId,
            ["command"] = Command,
            ["options"] = JsonSerializer.SerializeToNode(Options),
            ["problem"] = Problem.Problem,
            ["files"] = JsonSerializer.SerializeToNode(Problem.Files),
        }.ToJsonString(RunResultJson.Layout);

    /// <summary>Refuses a folder of another call. Parts of a checkpoint are those of one program: another version of it does not go on with them.</summary>
    /// <exception cref="FaultException">What differs.</exception>
    public void RequireSame(string path)
    {
        if (!IsIn(path))
            throw Refused(
                path,
                Directory.Exists(path) ? "a folder without call.json" : "no such folder",
                $"a folder in which 'workbench {Command}' has written checkpoints",
                "begin it by --out"
            );
        var file = Path.Combine(path, FileName);
        var differences = WrittenJson.Read(
            file,
            found => Refused(file, found, "the description of a call", "restore the file, or begin in another folder"),
            "description of a call",
            json => Compared(path, json)
        );
        if (differences.Length > 0)
            throw Refused(
                path,
                $"another call: {string.Join("; ", differences)}",
                "the command that began it, with --resume in the place of --out",
                "set them as they were, or begin in another folder"
            );
    }

    /// <summary>What differs from the call that a folder describes.</summary>
    private string[] Compared(string path, JsonNode json)
    {
        if (json["schemaVersion"]!.GetValue<int>() is var version && version != SchemaVersion)
            throw Refused(
                path,
                $"call.json of schemaVersion {version}",
                $"schemaVersion {SchemaVersion}",
                "go on with the workbench that began it"
            );
        if (json["workbench"]!.GetValue<string>() is var workbench && workbench != Platform.Here().Workbench)
            throw Refused(
                path,
                $"parts found by version {workbench}",
                $"version {Platform.Here().Workbench}, this one",
                "go on with the workbench that began it"
            );
        return [.. Differences(json)];
    }

    private IEnumerable<string> Differences(JsonNode json)
    {
        var command = json["command"]!.GetValue<string>();
        if (command != Command)
            yield return $"'workbench {Command}', which was 'workbench {command}'";
        var options = json["options"].Deserialize<Dictionary<string, string>>()!;
        foreach (var name in Options.Keys.Union(options.Keys))
            if (
                Options.GetValueOrDefault(name, "not given") is var now
                && options.GetValueOrDefault(name, "not given") is var then
                && now != then
            )
                yield return $"{name} ({then} there, {now} here)";
        var problem = new ProblemIdentity(json["problem"]!.GetValue<string>(), json["files"].Deserialize<Dictionary<string, string>>()!);
        if (Problem.LineOfChange(problem) is { } change)
            yield return $"the problem: {change}";
        foreach (var file in Problem.ChangedFiles(problem))
            yield return $"the file {file}";
    }

    private static FaultException Refused(string path, string found, string expected, string remedy) =>
        new(FaultModule.invalid(Location.OfFile(path), found, expected, "", remedy));
}

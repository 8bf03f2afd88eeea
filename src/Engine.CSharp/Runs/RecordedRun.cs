using System.Text.Json;
using System.Text.Json.Nodes;
using MeanField.Core;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Journals;
using Microsoft.FSharp.Collections;

namespace MeanField.Engine.Runs;

/// <summary>A run as its folder tells it: the manifest run.json, and the problem beside it.</summary>
public sealed class RecordedRun
{
    // The words of a run that has not ended are those of RunStatus.
    private static readonly string[] Unended = [new RunStatus.Running().Name, new RunStatus.Cancelled(0, 0).Name];

    private readonly JsonNode json;

    private RecordedRun(string folder, JsonNode json)
    {
        (Folder, this.json) = (folder, json);
        Options = RunOptions.Read(json["options"]!);
        Status = Text("status");
        Started = json["started"]!.GetValue<DateTimeOffset>();
        ProgramHash = Text("programHash");
        InputHash = json["inputHash"]?.GetValue<string>();
        Columns = json["columns"]?.Deserialize<string[]>();
        InputStandardization = StandardizationOf(json["inputStandardization"]);
        TargetStandardization = StandardizationOf(json["targetStandardization"]);
        StatusReason = json["statusReason"]?.GetValue<string>();
        Results = json["results"]?.AsObject();
        Workbench = json["versions"]!["workbench"]!.GetValue<string>();
        Environment =
        [
            .. json["versions"]!
                .AsObject()
                .Concat(json["machine"]!.AsObject())
                .Select(entry => KeyValuePair.Create(entry.Key, entry.Value!.ToString())),
        ];
    }

    /// <summary>The folder, as given.</summary>
    public string Folder { get; }

    /// <summary>What the command line said.</summary>
    public RunOptions Options { get; }

    /// <summary>The word for how the run stands, as of <see cref="RunStatus"/>.</summary>
    public string Status { get; }

    /// <summary>What a user should know of it; null where there is nothing.</summary>
    public string? StatusReason { get; }

    /// <summary>Whether the run has come to its end, good or bad, so that nothing is left to go on with.</summary>
    public bool HasEnded => !Unended.Contains(Status);

    /// <summary>Whether all steps were taken.</summary>
    public bool IsCompleted => Status == new RunStatus.Completed().Name && Results is not null;

    /// <summary>The summary as <see cref="RunResultJson"/> writes it; null for a run that was killed.</summary>
    public JsonObject? Results { get; }

    /// <summary>A number of the results, or of an object in them; null where there is none.</summary>
    /// <exception cref="FaultException">Something else stands there.</exception>
    internal double? Number(string name, string? within = null) =>
        (within is null ? Results : Results?[within] as JsonObject)?[name] switch
        {
            null => null,
            JsonValue value when value.TryGetValue<double>(out var number) => number,
            var other => throw Refused(
                Path.Combine(Folder, FolderFiles.Run.Result),
                $"{name} = {other.ToJsonString()} in its results",
                "restore the file, or run again"
            ),
        };

    internal DateTimeOffset Started { get; }

    /// <summary>The version that wrote the manifest.</summary>
    internal string Workbench { get; }

    internal string ProgramHash { get; }

    internal string? InputHash { get; }

    internal IReadOnlyList<string>? Columns { get; }

    internal Standardization? InputStandardization { get; }

    internal Standardization? TargetStandardization { get; }

    /// <summary>Versions and machine, by name.</summary>
    internal IReadOnlyList<KeyValuePair<string, string>> Environment { get; }

    /// <summary>Whether a folder has the manifest of a run.</summary>
    internal static bool IsIn(string folder) => FolderFiles.Run.IsIn(folder);

    /// <summary>Reads a run folder.</summary>
    /// <exception cref="FaultException">No such folder, no run in it, or a manifest of another version.</exception>
    public static RecordedRun Read(string folder)
    {
        var path = Path.Combine(folder, FolderFiles.Run.Result);
        if (!IsIn(folder))
            throw Refused(
                folder,
                !Directory.Exists(folder) ? "no such folder"
                    : FolderLock.IsAlone(folder) ? "an empty folder"
                    : "a folder that no run has written",
                "name a run folder; a run that was killed before it wrote run.json starts again by --force"
            );
        return WrittenJson.Read(path, found => Refused(path, found, "name a run folder"), "manifest of a run", Read);

        RecordedRun Read(JsonNode json) =>
            json["schemaVersion"]!.GetValue<int>() is var version and not Manifest.SchemaVersion
                ? throw Refused(path, $"schemaVersion {version}", "use the version of the workbench that wrote it")
                : new RecordedRun(folder, json);
    }

    /// <summary>Whether a path leads to the folder's copy of the problem.</summary>
    public bool IsProblem(string path) => Path.GetFullPath(path) == Path.GetFullPath(Path.Combine(Folder, FolderFiles.Problem));

    /// <summary>The number of the process that a manifest, or a call, names; null where there is none.</summary>
    internal static int? ProcessOf(string folder)
    {
        try
        {
            var name = KeptCall.IsIn(folder) ? KeptCall.FileName : FolderFiles.Run.Result;
            return JsonNode.Parse(File.ReadAllText(Path.Combine(folder, name)))?["process"]?.GetValue<int>();
        }
        catch (Exception failure)
            when (failure is IOException or JsonException or InvalidOperationException or FormatException or ArgumentException)
        {
            return null;
        }
    }

    /// <summary>The problem as it was run, its paths as in the folder's copy; null where the process was killed before it wrote that.</summary>
    /// <exception cref="FaultException">A copy that was changed into no problem, or a file of constants that is gone.</exception>
    internal Problem? Problem()
    {
        var path = Path.Combine(Folder, FolderFiles.Problem);
        if (!File.Exists(path))
            return null;
        var files = new RecordedColumns(Columns, new DataFiles(Folder));
        var text =
            BoundedText.Read(path, BoundedText.LargestCopy)
            ?? throw Refused(path, $"a file of more than {BoundedText.LargestCopy} bytes", "restore the file, or run again");
        return ProblemModule.read(path, text, FSharpList<string>.Empty, files).Value();
    }

    private string Text(string key) => json[key]!.GetValue<string>();

    private static Standardization? StandardizationOf(JsonNode? json) =>
        json is null
            ? null
            : new Standardization(
                json["columns"].Deserialize<string[]>()!,
                json["means"].Deserialize<double[]>()!,
                json["scales"].Deserialize<double[]>()!
            );

    private static FaultException Refused(string path, string found, string remedy) =>
        new(
            FaultModule.invalid(
                Location.OfFile(path),
                found,
                $"a folder that 'workbench run' has written, run.json of schemaVersion {Manifest.SchemaVersion}",
                "",
                remedy
            )
        );
}

using System.Text.Json.Nodes;
using MeanField.Core;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Runs;
using MeanField.Report.Figures;
using MeanField.Report.Pages;
using MeanField.Report.Tables;

namespace MeanField.Report.Folders;

/// <summary>The report of a folder with one JSON object and tables beside it: of solve, bridge, lazy, sweep and the limit of a run.</summary>
internal sealed class ResultReport
{
    private readonly string folder;
    private readonly string command;
    private readonly JsonObject json;

    private ResultReport(string folder, FolderFiles files)
    {
        (this.folder, command) = (folder, files.Command);
        var path = Path.Combine(folder, files.Result);
        json = WrittenJson.Read(path, Damaged, "JSON object", read => read.AsObject());

        FaultException Damaged(string found) => ReportFolder.Refused(path, found, $"the file that 'workbench {command}' has written");
    }

    /// <summary>Reads the folder.</summary>
    public static Pages.Report Of(string folder, ReportOptions options, CancellationToken cancel)
    {
        return FolderFiles.ResultIn(folder) is not { } files
            ? throw ReportFolder.Refused(
                folder,
                Directory.Exists(folder) ? "a folder without results" : "no such folder",
                "a folder that a command of the workbench has written and ended"
            )
            : new ResultReport(folder, files).Report(options, cancel);
    }

    /// <summary>The command of a folder and what it found; null where nothing has ended there.</summary>
    public static (string Command, JsonObject Results)? In(string folder) =>
        FolderFiles.ResultIn(folder) is { } files ? (files.Command, new ResultReport(folder, files).Results) : null;

    private JsonObject Results => json["results"] as JsonObject ?? json;

    private Pages.Report Report(ReportOptions options, CancellationToken cancel)
    {
        var problem = Problem();
        return new Pages.Report(
            problem?.Title ?? json["title"]?.ToString() ?? Path.GetFileName(Path.GetFullPath(folder)),
            $"What 'workbench {command}' has found.",
            [
                new Section("Results", [.. Numbers()]),
                .. Sections(),
                .. Control(problem, options, cancel),
                .. problem is null ? (Section[])[] : [new Section("Derivation", [ReportFolder.Derivation(problem)]), Source()],
            ],
            [KeyValuePair.Create("folder", folder), KeyValuePair.Create("command", $"workbench {command}"), .. Provenance()]
        );
    }

    private Section Source() =>
        new("Problem", [new Listing(FolderFiles.Problem, File.ReadAllText(Path.Combine(folder, FolderFiles.Problem)))]);

    /// <summary>What else the folder holds: lists of the object, and tables of numbers with their figures.</summary>
    private IEnumerable<Section> Sections()
    {
        foreach (var (name, value) in Results)
            if (value is JsonArray { Count: > 0 } list && list.All(item => item is JsonObject))
                yield return new Section(Words(name), [.. ListFigures(name, list), new TablePart(ListTable(name, list))]);
        if (PathFigures.Of(folder, Results).ToArray() is { Length: > 0 } paths)
            yield return new Section("Paths", [.. paths.Select(figure => new FigurePart(figure))]);
        if (HasTable)
            yield return new Section(
                "Table",
                [.. FieldFigures.Of(TableFigures.Numbers(Path.Combine(folder, FolderFiles.Control)), DriftWords.Control)]
            );
        foreach (var file in Directory.EnumerateFiles(folder, "*.csv").Order())
            if (TableFigures.Of(file) is { Length: > 0 } figures)
                yield return new Section(
                    Words(Path.GetFileNameWithoutExtension(file)),
                    [.. figures.Select(figure => new FigurePart(figure))]
                );
    }

    private bool HasTable => File.Exists(Path.Combine(folder, FolderFiles.Control));

    private IEnumerable<Section> Control(Problem? problem, ReportOptions options, CancellationToken cancel) =>
        command == "bridge" && problem is not null
            ? [new Section("The drift", () => [.. BridgeParts.Of(problem, folder, HasTable, options, cancel)])]
            : [];

    private static IEnumerable<Part> ListFigures(string name, JsonArray list) =>
        name == "ledger" && LedgerFigure.Of(list) is { } figure ? [new FigurePart(figure)] : [];

    private IEnumerable<Part> Numbers()
    {
        var table = Quantities.Of("results", "What was found, with standard errors", Results);
        if (table.Rows.Count > 0)
            yield return new TablePart(table);
        else
            yield return new Prose("The object of this folder has no single numbers; its tables follow.");
    }

    private Problem? Problem()
    {
        var path = Path.Combine(folder, FolderFiles.Problem);
        if (!File.Exists(path))
            return null;
        var problem = ProblemModule.read(
            path,
            File.ReadAllText(path),
            Microsoft.FSharp.Collections.FSharpList<string>.Empty,
            new DataFiles(folder)
        );
        return problem.IsOk ? problem.ResultValue : null;
    }

    private IEnumerable<KeyValuePair<string, string>> Provenance() =>
        new[] { "versions", "machine" }.SelectMany(name =>
            json[name] is JsonObject known ? known.Select(entry => KeyValuePair.Create(entry.Key, entry.Value?.ToString() ?? "")) : []
        );

    /// <summary>A list of objects: their keys as columns, simple values as cells.</summary>
    private static Table ListTable(string name, JsonArray list)
    {
        string[] keys = [.. list.SelectMany(item => item!.AsObject().Select(entry => entry.Key)).Distinct()];
        return new Table(name, Words(name), keys, [.. list.Select(item => keys.Select(key => Cell(item![key])).ToArray())]);
    }

    private static string Cell(JsonNode? value) =>
        value switch
        {
            null => "",
            JsonValue number when number.TryGetValue<double>(out var size) => Table.Number(size),
            JsonArray items => string.Join("; ", items.Select(Cell)),
            JsonObject item => string.Join(", ", item.Select(entry => $"{entry.Key} {Cell(entry.Value)}")),
            _ => value.ToString(),
        };

    /// <summary>tangentKernel as "Tangent kernel".</summary>
    private static string Words(string name)
    {
        var words = string.Concat(name.Select(letter => char.IsUpper(letter) ? $" {char.ToLowerInvariant(letter)}" : $"{letter}"));
        return char.ToUpperInvariant(words[0]) + words[1..];
    }
}

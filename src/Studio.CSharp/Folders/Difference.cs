using System.Text.Json.Nodes;
using MeanField.Report.Tables;

namespace MeanField.Studio.Folders;

/// <summary>Several results beside one another.</summary>
internal static class Difference
{
    private const string Errors = "standardErrors";

    /// <summary>A row for every number that all have: the values, and for each but the first its difference from that, and the same in units of its
    /// standard error, where both errors are known. Folders are named by their letters.</summary>
    public static Table Of(IReadOnlyList<FolderEntry> folders)
    {
        var others = Enumerable.Range(1, folders.Count - 1).ToArray();
        return new Table(
            "compared",
            "Numbers that all folders have",
            [
                "quantity",
                .. folders.Select((_, k) => Overlay.Letter(k)),
                .. others.SelectMany(k => new[] { $"{Overlay.Letter(k)} - {Overlay.Letter(0)}", "in standard errors" }),
            ],
            [.. folders.Select(folder => Names(folder.Results)).Aggregate(Enumerable.Intersect).Select(name => Row(name, folders))]
        );
    }

    private static IEnumerable<string> Names(JsonObject? results) =>
        results?.Where(entry => Number(entry.Value) is not null).Select(entry => entry.Key) ?? [];

    private static string[] Row(string name, IReadOnlyList<FolderEntry> folders) =>
        [
            name,
            .. folders.Select(folder => Table.Number(Number(folder.Results![name]), 9)),
            .. folders.Skip(1).SelectMany(other => Apart(name, folders[0].Results!, other.Results!)),
        ];

    private static string[] Apart(string name, JsonObject first, JsonObject other)
    {
        var apart = Number(other[name])!.Value - Number(first[name])!.Value;
        var error = Number(first[Errors]?[name]) is { } a && Number(other[Errors]?[name]) is { } b ? Math.Sqrt(a * a + b * b) : 0;
        return [Table.Number(apart, 4), error > 0 ? Table.Number(apart / error, 3) : ""];
    }

    private static double? Number(JsonNode? value) => value is JsonValue one && one.TryGetValue<double>(out var number) ? number : null;
}

using System.Text.Json.Nodes;
using MeanField.Report.Tables;

namespace MeanField.Studio.Folders;

/// <summary>Two results beside each other.</summary>
internal static class Difference
{
    private const string Errors = "standardErrors";

    /// <summary>A row for every number that both have: the values, the difference, and that in units of its standard error, where the two errors
    /// are known.</summary>
    public static Table Of(FolderEntry first, FolderEntry second) =>
        new(
            "compared",
            "Numbers that both folders have",
            ["quantity", first.Name, second.Name, "difference", "in standard errors"],
            [.. from name in Names(first.Results).Intersect(Names(second.Results)) select Row(name, first.Results!, second.Results!)]
        );

    private static IEnumerable<string> Names(JsonObject? results) =>
        results?.Where(entry => Number(entry.Value) is not null).Select(entry => entry.Key) ?? [];

    private static string[] Row(string name, JsonObject first, JsonObject second)
    {
        var (one, other) = (Number(first[name])!.Value, Number(second[name])!.Value);
        var error = Number(first[Errors]?[name]) is { } a && Number(second[Errors]?[name]) is { } b ? Math.Sqrt(a * a + b * b) : 0;
        return
        [
            name,
            Table.Number(one, 9),
            Table.Number(other, 9),
            Table.Number(other - one, 4),
            error > 0 ? Table.Number((other - one) / error, 3) : "",
        ];
    }

    private static double? Number(JsonNode? value) => value is JsonValue one && one.TryGetValue<double>(out var number) ? number : null;
}

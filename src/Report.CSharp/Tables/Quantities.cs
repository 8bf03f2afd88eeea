using System.Text.Json.Nodes;

namespace MeanField.Report.Tables;

/// <summary>The numbers of a result as a table: each with its standard error, or with the reason why it is not there.</summary>
internal static class Quantities
{
    private const string Errors = "standardErrors";

    /// <summary>What was asked for and what it took, which other places of a report tell.</summary>
    private static readonly string[] Settings =
    [
        "schemaVersion",
        "particles",
        "steps",
        "horizon",
        "seed",
        "replicas",
        "threads",
        "seconds",
        "pairsPerSecond",
    ];

    /// <summary>One row for every number of an object and for every null with a reason.</summary>
    public static Table Of(string name, string title, JsonObject results) =>
        new(
            name,
            title,
            ["quantity", "value", "standard error", "note"],
            [.. results.Where(entry => !Settings.Contains(entry.Key)).Select(entry => Row(results, entry)).OfType<string[]>()]
        );

    private static string[]? Row(JsonObject results, KeyValuePair<string, JsonNode?> entry)
    {
        var reason = results[$"{entry.Key}Reason"]?.ToString();
        return entry.Value switch
        {
            JsonValue value when value.TryGetValue<double>(out var number) =>
            [
                entry.Key,
                Table.Number(number, 9),
                Table.Number(results[Errors]?[entry.Key] is JsonValue error && error.TryGetValue<double>(out var size) ? size : null, 3),
                "",
            ],
            null when reason is not null => [entry.Key, "", "", reason],
            _ => null,
        };
    }
}

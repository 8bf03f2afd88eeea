using System.Text.Json.Nodes;

namespace MeanField.Engine.Runs;

/// <summary>A run compared with the recorded one that it repeats.</summary>
/// <param name="Differences">Names of results, with both values, that are not the same bits.</param>
/// <param name="Environment">What of versions and machine is not the same: it may explain them.</param>
public sealed record Repetition(IReadOnlyList<string> Differences, IReadOnlyList<string> Environment)
{
    private const int LongestShown = 80;

    /// <summary>Speed and place are no results.</summary>
    private static readonly string[] Idle = ["threads", "pairsPerSecond", "seconds", "folder"];

    /// <summary>Whether all results are the same bits.</summary>
    public bool IsEqual => Differences.Count == 0;

    /// <summary>Compares a result with that of a recorded run.</summary>
    public static Repetition Of(RecordedRun recorded, RecordedRun again) =>
        new([.. Between("", recorded.Results, again.Results)], [.. Between(recorded.Environment, again.Environment)]);

    private static IEnumerable<string> Between(string name, JsonNode? before, JsonNode? now) =>
        Idle.Contains(name) ? []
        : before is JsonObject old && now is JsonObject fresh
            ? old.Concat(fresh).Select(entry => entry.Key).Distinct().SelectMany(key => Between(Under(name, key), old[key], fresh[key]))
        : before?.ToJsonString() == now?.ToJsonString() ? []
        : [$"{name}: {Text(before)} there, {Text(now)} here"];

    private static IEnumerable<string> Between(
        IEnumerable<KeyValuePair<string, string>> before,
        IEnumerable<KeyValuePair<string, string>> now
    ) =>
        before
            .Zip(now)
            .Where(pair => pair.First.Value != pair.Second.Value)
            .Select(pair => $"{pair.First.Key}: {pair.First.Value} there, {pair.Second.Value} here");

    private static string Under(string name, string key) => name == "" ? key : $"{name}.{key}";

    private static string Text(JsonNode? node) => node?.ToJsonString() is { } text ? text[..Math.Min(text.Length, LongestShown)] : "null";
}

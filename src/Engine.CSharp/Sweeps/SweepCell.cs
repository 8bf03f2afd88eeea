using System.Text.Json;
using System.Text.Json.Nodes;

namespace MeanField.Engine.Sweeps;

/// <summary>One finished cell of a sweep, as its file keeps it.</summary>
/// <param name="Number">Which cell, from 1 in the order of the grid.</param>
/// <param name="Settings">The keys of the grid with their values in this cell.</param>
/// <param name="ExitCode">As the command alone would end: 0, or that of the failure.</param>
/// <param name="Message">What a user should know of a cell that failed; null for one that did not.</param>
/// <param name="IsFinal">Whether the cell would fail again: false where the machine failed and not the input.</param>
/// <param name="Result">The JSON object that the command prints; null where it ended without one.</param>
/// <param name="Regime">Where the cell stands; null where nothing tells.</param>
public sealed record SweepCell(
    int Number,
    IReadOnlyDictionary<string, string> Settings,
    int ExitCode,
    string? Message,
    bool IsFinal,
    JsonObject? Result,
    JsonObject? Regime
)
{
    /// <summary>The cell as a JSON object.</summary>
    public JsonObject ToJson() =>
        new()
        {
            ["cell"] = Number,
            ["settings"] = JsonSerializer.SerializeToNode(Settings),
            ["exitCode"] = ExitCode,
            ["message"] = Message,
            ["final"] = IsFinal,
            ["result"] = Result?.DeepClone(),
            ["regime"] = Regime?.DeepClone(),
        };

    /// <summary>Reads it back.</summary>
    internal static SweepCell Read(JsonNode json) =>
        new(
            json["cell"]!.GetValue<int>(),
            json["settings"].Deserialize<Dictionary<string, string>>()!,
            json["exitCode"]!.GetValue<int>(),
            json["message"]?.GetValue<string>(),
            json["final"]!.GetValue<bool>(),
            json["result"]?.DeepClone().AsObject(),
            json["regime"]?.DeepClone().AsObject()
        );
}

using System.Globalization;
using System.Text.Json;
using System.Text.Json.Nodes;

namespace MeanField.Engine.Runs;

/// <summary>What the command line of a run said beside its problem file: enough to go on with the run, and to repeat it.</summary>
/// <param name="NoiseLevel">See <see cref="SimulationOptions"/>.</param>
/// <param name="Bridges">See <see cref="SimulationOptions"/>.</param>
/// <param name="Compares">See <see cref="SimulationOptions"/>.</param>
/// <param name="Threads">Threads; no result depends on them.</param>
/// <param name="Settings">Texts "table.key=value" that replaced keys of the file, in their order.</param>
public sealed record RunOptions(int NoiseLevel, bool Bridges, bool Compares, int Threads, IReadOnlyList<string> Settings)
{
    /// <summary>As run.json keeps it.</summary>
    internal JsonObject ToJson() =>
        new()
        {
            ["noiseLevel"] = $"{NoiseLevel}",
            ["threads"] = $"{Threads}",
            ["kl"] = Bridges,
            ["excess"] = Compares,
            ["set"] = JsonSerializer.SerializeToNode(Settings),
        };

    /// <summary>Reads it back.</summary>
    internal static RunOptions Read(JsonNode json) =>
        new(
            int.Parse(json["noiseLevel"]!.GetValue<string>(), CultureInfo.InvariantCulture),
            json["kl"]?.GetValue<bool>() ?? false,
            json["excess"]?.GetValue<bool>() ?? false,
            int.Parse(json["threads"]!.GetValue<string>(), CultureInfo.InvariantCulture),
            json["set"].Deserialize<string[]>() ?? []
        );
}

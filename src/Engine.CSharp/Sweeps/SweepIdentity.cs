using System.Text.Json;
using System.Text.Json.Nodes;
using MeanField.Core;
using MeanField.Engine.Journals;

namespace MeanField.Engine.Sweeps;

/// <summary>All that the cells of a sweep depend on: where two sweeps agree in it, a cell of one is a cell of the other.</summary>
/// <param name="Command">run, solve or lazy.</param>
/// <param name="Grid">The keys with their values, in order.</param>
/// <param name="Problems">The problem of the first cell, and the files of all.</param>
public sealed record SweepIdentity(string Command, IReadOnlyList<KeyValuePair<string, string[]>> Grid, ProblemIdentity Problems)
{
    /// <summary>Of a sweep whose cells have these problems, their files named from <paramref name="folder"/>.</summary>
    public static SweepIdentity Of(Sweep sweep, IReadOnlyList<Problem> problems, string folder) =>
        new(
            sweep.Command.ToString().ToLowerInvariant(),
            [
                .. sweep.Axes.Select(axis =>
                    KeyValuePair.Create(axis.Key, axis.Values.Select(value => value.Setting[(axis.Key.Length + 1)..]).ToArray())
                ),
            ],
            ProblemIdentity.Of(problems, folder)
        );

    /// <summary>As the manifest keeps it.</summary>
    internal JsonObject ToJson() =>
        new()
        {
            ["command"] = Command,
            ["grid"] = new JsonObject(Grid.Select(axis => KeyValuePair.Create(axis.Key, JsonSerializer.SerializeToNode(axis.Value)))),
            ["problem"] = Problems.Problem,
            ["files"] = JsonSerializer.SerializeToNode(Problems.Files),
        };

    /// <summary>Reads it back.</summary>
    internal static SweepIdentity Read(JsonNode json) =>
        new(
            json["command"]!.GetValue<string>(),
            [.. json["grid"]!.AsObject().Select(axis => KeyValuePair.Create(axis.Key, axis.Value.Deserialize<string[]>()!))],
            new ProblemIdentity(json["problem"]!.GetValue<string>(), json["files"].Deserialize<Dictionary<string, string>>()!)
        );

    /// <summary>What of this sweep is not as in an earlier one, in words; nothing where they agree.</summary>
    public IEnumerable<string> Differences(SweepIdentity earlier)
    {
        if (Command != earlier.Command)
            yield return $"the command \"{Command}\", which was \"{earlier.Command}\"";
        foreach (var key in Grid.Concat(earlier.Grid).Select(axis => axis.Key).Distinct().Where(key => Values(key) != earlier.Values(key)))
            yield return $"the grid of {key}, {Values(key) ?? "none"}, which was {earlier.Values(key) ?? "none"}";
        if (Grid.Select(axis => axis.Key).Order().SequenceEqual(earlier.Grid.Select(axis => axis.Key).Order()))
        {
            if (!Grid.Select(axis => axis.Key).SequenceEqual(earlier.Grid.Select(axis => axis.Key)))
                yield return "the order of the keys of the grid";
            else if (Problems.LineOfChange(earlier.Problems) is { } change)
                yield return $"the problem: {change}";
        }
        foreach (var file in Problems.ChangedFiles(earlier.Problems))
            yield return $"the file {file}";
    }

    private string? Values(string key) =>
        Grid.FirstOrDefault(axis => axis.Key == key).Value is { } values ? string.Join(", ", values) : null;
}

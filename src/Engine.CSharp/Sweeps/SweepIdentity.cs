using System.Security.Cryptography;
using System.Text.Json;
using System.Text.Json.Nodes;
using MeanField.Core;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Sweeps;

/// <summary>All that the cells of a sweep depend on: where two sweeps agree in it, a cell of one is a cell of the other.</summary>
/// <param name="Command">run, solve or lazy.</param>
/// <param name="Grid">The keys with their values, in order.</param>
/// <param name="Problem">The problem of the first cell as a problem file, what the command line set included.</param>
/// <param name="Files">The files that the problems name, with the SHA-256 of their bytes.</param>
public sealed record SweepIdentity(
    string Command,
    IReadOnlyList<KeyValuePair<string, string[]>> Grid,
    string Problem,
    IReadOnlyDictionary<string, string> Files
)
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
            ProblemModule.toToml(problems[0]),
            problems.SelectMany(ProblemModule.files).Distinct().ToDictionary(path => path, path => Hash(Path.Combine(folder, path)))
        );

    /// <summary>As the manifest keeps it.</summary>
    internal JsonObject ToJson() =>
        new()
        {
            ["command"] = Command,
            ["grid"] = new JsonObject(Grid.Select(axis => KeyValuePair.Create(axis.Key, JsonSerializer.SerializeToNode(axis.Value)))),
            ["problem"] = Problem,
            ["files"] = JsonSerializer.SerializeToNode(Files),
        };

    /// <summary>Reads it back.</summary>
    internal static SweepIdentity Read(JsonNode json) =>
        new(
            json["command"]!.GetValue<string>(),
            [.. json["grid"]!.AsObject().Select(axis => KeyValuePair.Create(axis.Key, axis.Value.Deserialize<string[]>()!))],
            json["problem"]!.GetValue<string>(),
            json["files"].Deserialize<Dictionary<string, string>>()!
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
            else if (LineOfChange(earlier) is { } change)
                yield return $"the problem: {change}";
        }
        foreach (var file in Files.Keys.Where(file => earlier.Files.TryGetValue(file, out var hash) && hash != Files[file]))
            yield return $"the file {file}";
    }

    private string? Values(string key) =>
        Grid.FirstOrDefault(axis => axis.Key == key).Value is { } values ? string.Join(", ", values) : null;

    private string? LineOfChange(SweepIdentity earlier)
    {
        var (now, then) = (Lines(Problem), Lines(earlier.Problem));
        return now.Except(then).FirstOrDefault() is { } line ? $"'{line}', which was not so"
            : then.Except(now).FirstOrDefault() is { } gone ? $"'{gone}' is gone"
            : Problem != earlier.Problem ? "the order of its lines"
            : null;
    }

    private static string[] Lines(string toml) => [.. toml.Split('\n').Where(line => line.Contains('='))];

    /// <summary>A file that is not there has its message in the cells that need it.</summary>
    private static string Hash(string path)
    {
        if (!File.Exists(path))
            return "";
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}

using System.Text.Json;

namespace MeanField.Cli.Tests;

public sealed class LazyTests : IDisposable
{
    private static readonly string[] Small = ["--particles", "50", "--steps", "10", "--replicas", "2", "--paths", "50", "--quiet"];

    private readonly ProblemFolder folder = new(File.ReadAllText(Path.Combine(Repository.Examples, "02-tanh-t1", "problem.toml")), "");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_object_has_the_keys_of_the_contract_and_the_folder_its_tables()
    {
        var result = await folder.Workbench(["lazy", "p.toml", "--json", "--out", "l", .. Small]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        using var read = JsonDocument.Parse(result.Output);
        var json = read.RootElement;
        string[] keys =
        [
            "klGibbs",
            "talagrandIndex",
            "measuredIndex",
            "measuredIndexLower",
            "measuredIndexUpper",
            "displacement",
            "tangentKernelChange",
            "linearisationError",
            "riskGibbs",
            "riskGreedy",
            "riskSgd",
            "errorGibbs",
            "errorGreedy",
            "excess",
            "excessIdentity",
            "girsanov",
            "boundAPosteriori",
            "boundAPriori",
        ];
        Assert.All(keys, key => Assert.Equal(JsonValueKind.Number, json.GetProperty(key).ValueKind));
        Assert.All(
            json.GetProperty("ledger").EnumerateArray(),
            row =>
            {
                Assert.All(
                    (string[])["name", "assumptions", "holds", "bound", "measured", "slack", "vacuous"],
                    key => Assert.True(row.TryGetProperty(key, out _), key)
                );
                // No number without a reason where there is none.
                Assert.True(row.GetProperty("bound").ValueKind == JsonValueKind.Number || row.GetProperty("boundReason").GetString() != "");
            }
        );
        var lines = await File.ReadAllLinesAsync(folder.File("l/comparison.csv"));
        Assert.Equal(1 + json.GetProperty("comparison").GetArrayLength(), lines.Length);
        Assert.StartsWith(@"\begin{tabular}", await File.ReadAllTextAsync(folder.File("l/comparison.tex")));
        Assert.True(File.Exists(folder.File("l/lazy.json")));
    }

    [Fact]
    public async Task A_problem_without_a_net_is_refused_and_leaves_no_folder()
    {
        File.WriteAllText(
            folder.File("p.toml"),
            "neuron.parameters = [\"b\"]\nenergy.beta = 1\nenergy.tau = 1\nenergy.objective = \"E[w~mu](w.b^4) + KL(mu, gamma)/beta\"\n"
        );
        var result = await folder.Workbench(["lazy", "p.toml", "--out", "l", .. Small]);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("found a problem without a net", result.Error);
        Assert.False(Directory.Exists(folder.File("l")));
    }
}

using System.Text.Json;
using MeanField.Core;
using MeanField.Engine.Runs;

namespace MeanField.Cli.Tests;

public sealed class BridgeTests : IDisposable
{
    private const string Gaussians = """
        title = "Two Gaussians"

        [bridge]
        from = "normal(0, 0.8)"
        to = "normal(0, 1.3)"

        [energy]
        tau = 0.5

        """;

    private readonly ProblemFolder folder = new(Gaussians, "x,y\n0,0\n1,0.5\n-1,2\n0.3,1\n");

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task GG_has_its_golden_numbers()
    {
        var json = Json(await folder.Workbench("bridge", "p.toml", "--json", "--quiet"));
        Agrees("pathKl", json.GetProperty("kl").GetDouble());
        Agrees("crossCovariance", json.GetProperty("crossCovariance")[0][0].GetDouble());
        Assert.Equal(("closed form", "exact", true), Verdict(json));
    }

    [Fact]
    public async Task The_object_has_the_keys_of_the_contract_in_their_order()
    {
        var json = Json(await folder.Workbench("bridge", "p.toml", "--json", "--quiet"));
        string[] keys =
        [
            "method",
            "certified",
            "status",
            "dimension",
            "tau",
            "entropicCost",
            "dual",
            "marginalError",
            "transportCost",
            "mutualInformation",
            "kl",
            "crossCovariance",
            "standardErrors",
            "from",
            "to",
            "iterations",
            "newtonSteps",
            "seconds",
        ];
        Assert.Equal(keys, json.EnumerateObject().Select(property => property.Name));
    }

    /// <summary>A law as a mixture of two equal halves is treated by a rule; the bridge is the same.</summary>
    [Fact]
    public async Task A_mixture_of_equal_halves_is_the_normal_law()
    {
        string[] halves = ["--set", "bridge.to=mixture(0.5 normal(0, 1.3), 0.5 normal(0, 1.3))", "--set", "bridge.tolerance=1e-13"];
        var json = Json(await folder.Workbench(["bridge", "p.toml", "--json", "--quiet", .. halves]));
        Agrees("pathKl", json.GetProperty("kl").GetDouble());
        Agrees("crossCovariance", json.GetProperty("crossCovariance")[0][0].GetDouble());
        Assert.Equal(("sinkhorn", "converged", true), Verdict(json));
        Assert.Equal("rule", json.GetProperty("to").GetProperty("treatment").GetString());
    }

    [Fact]
    public async Task Points_have_no_divergence_and_the_object_says_why()
    {
        var json = Json(await folder.Workbench("bridge", "p.toml", "--json", "--quiet", "--set", "bridge.to=data(d.csv, x)"));
        Assert.Equal(JsonValueKind.Null, json.GetProperty("kl").ValueKind);
        Assert.Contains("points", json.GetProperty("klReason").GetString());
        Assert.InRange(json.GetProperty("marginalError").GetDouble(), 0, 1e-8);
        var gap = json.GetProperty("entropicCost").GetDouble() - json.GetProperty("dual").GetDouble();
        Assert.InRange(gap, -1e-15, 1e-7);
    }

    [Fact]
    public async Task Draws_have_a_standard_error()
    {
        string[] draws = ["--set", "bridge.to=mixture(0.5 normal([0, 1, 2], 1), 0.5 normal(0, 0.5))", "--set", "bridge.points=200"];
        var json = Json(await folder.Workbench(["bridge", "p.toml", "--json", "--quiet", .. draws]));
        Assert.Equal("sample", json.GetProperty("from").GetProperty("treatment").GetString());
        Assert.InRange(json.GetProperty("standardErrors").GetProperty("entropicCost").GetDouble(), 1e-3, 1);
    }

    [Fact]
    public async Task A_tau_that_the_precision_does_not_resolve_is_refused_with_the_one_it_does()
    {
        var result = await folder.Workbench("bridge", "p.toml", "--set", "bridge.to=data(d.csv, x)", "--set", "energy.tau=1e-13");
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains("rounding errors", result.Error);
        Assert.Contains("expected tau of at least", result.Error);
    }

    /// <summary>Weights are sums of numbers with rounding errors of 1e-17 and less.</summary>
    [Fact]
    public async Task A_tolerance_below_the_rounding_of_sums_ends_with_exit_code_3_and_the_error_that_was_reached()
    {
        string[] laws = ["--set", "bridge.to=mixture(0.3 normal(1, 1), 0.7 normal(-1, 0.5))", "--set", "energy.tau=1e5"];
        var result = await folder.Workbench(["bridge", "p.toml", "--json", "--quiet", "--tolerance", "1e-18", .. laws]);
        var json = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal((3, "not converged", false), (result.ExitCode, Verdict(json).Item2, Verdict(json).Item3));
        Assert.StartsWith("not converged: the marginal error is ", result.Error);
        Assert.InRange(json.GetProperty("marginalError").GetDouble(), 1e-18, 1e-14);
    }

    [Theory]
    [InlineData("normal(0, 1e-200)")]
    [InlineData("normal(1e300, 1)")]
    [InlineData("normal([0, 1], [[1, 0], [1e10, 1e-8]])")]
    [InlineData("mixture(0.5 normal([0, 1], [[1, 0], [1e10, 1e-8]]), 0.5 normal(0, 1))")]
    public async Task A_normal_law_that_the_precision_does_not_resolve_is_refused(string law)
    {
        var result = await folder.Workbench("bridge", "p.toml", "--set", $"bridge.from={law}");
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("--set, key bridge.from: found a normal law whose covariance is almost singular", result.Error);
    }

    [Fact]
    public async Task The_table_for_people_says_what_stands_for_the_laws()
    {
        var result = await folder.Workbench("bridge", "p.toml", "--quiet", "--set", "bridge.to=data(d.csv, x)");
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.Contains("Two Gaussians", result.Output);
        Assert.Contains("nodes of a rule; to: 4 points", result.Output);
    }

    [Fact]
    public async Task Paths_cost_what_the_divergence_says_and_end_in_the_two_laws()
    {
        var json = Json(await folder.Workbench("bridge", "p.toml", "--json", "--quiet", "--paths", "4000", "--out", "o"));
        var cost = json.GetProperty("paths").GetProperty("controlCost").GetDouble();
        var error = json.GetProperty("paths").GetProperty("standardErrors").GetProperty("controlCost").GetDouble();
        Assert.InRange((cost - GoldenFile.Number("GG.pathKl").Value) / error, -4, 4);
        var states = NpyFile.Read(folder.File("o/paths.npy"), Location.Nowhere);
        Assert.Equal((4000 * 101, 1), (states.Rows, states.Columns));
        // Four standard errors of a variance: 4 sqrt(2/4000) of it.
        Assert.InRange(Variance(states.Values, 0) / (0.8 * 0.8), 0.91, 1.09);
        Assert.InRange(Variance(states.Values, 100) / (1.3 * 1.3), 0.91, 1.09);
    }

    [Fact]
    public async Task Paths_between_points_end_at_points()
    {
        string[] points = ["--set", "bridge.from=data(d.csv, x, y)", "--set", "bridge.to=data(d.csv, y, x)"];
        await folder.Workbench(["bridge", "p.toml", "--quiet", "--paths", "7", "--out", "o", .. points]);
        var states = NpyFile.Read(folder.File("o/paths.npy"), Location.Nowhere);
        double[] known = [0, 1, -1, 0.3];
        for (var path = 0; path < 7; path++)
        {
            Assert.Contains(states.Values[path * 101 * 2], known);
            Assert.Contains(known, x => Math.Abs(x - states.Values[(path * 101 + 100) * 2 + 1]) < 1e-12);
        }
    }

    /// <summary>From a point the bridge is the Foellmer process, whose cost is the divergence of its end from the prior.</summary>
    [Fact]
    public async Task The_bridge_from_0_to_the_minimiser_of_T1_costs_its_golden_divergence()
    {
        var text = File.ReadAllText(System.IO.Path.Combine(Repository.Examples, "02-tanh-t1", "problem.toml"));
        using var gibbs = new ProblemFolder(text + "\n[bridge]\nfrom = \"atoms(d.csv)\"\nto = \"gibbs\"\n", "w\n0\n");
        var json = Json(await gibbs.Workbench("bridge", "p.toml", "--json", "--quiet"));
        var golden = GoldenFile.Number("T1.kl");
        Assert.Equal(golden.Value, json.GetProperty("kl").GetDouble(), 1e-10 + golden.HalfUnit);
        Assert.Equal("rule", json.GetProperty("to").GetProperty("treatment").GetString());
    }

    [Fact]
    public async Task A_folder_without_paths_keeps_the_object()
    {
        var result = await folder.Workbench("bridge", "p.toml", "--json", "--out", "o");
        Assert.Equal(0, result.ExitCode);
        Assert.Equal(result.Output, folder.Read("o/bridge.json") + Environment.NewLine);
    }

    /// <summary>Options of [bridge] are none of its keys where the file has no such table.</summary>
    [Fact]
    public async Task A_problem_without_two_laws_has_a_Foellmer_process_whose_identities_hold()
    {
        using var other = new ProblemFolder();
        var result = await other.Workbench("bridge", "p.toml", "--paths", "2000", "--steps", "40", "--json");
        var json = JsonDocument.Parse(result.Output).RootElement;
        Assert.Equal(0, result.ExitCode);
        Assert.True(json.GetProperty("holds").GetBoolean());
        Assert.All(json.GetProperty("identities").EnumerateArray(), one => Assert.True(one.GetProperty("holds").GetBoolean()));
        var (cost, kl) = (json.GetProperty("controlCost").GetDouble(), json.GetProperty("kl").GetDouble());
        Assert.InRange(cost, 0.8 * kl, 1.2 * kl);
        Assert.Equal(-json.GetProperty("logZ").GetDouble(), json.GetProperty("valueFunctionAtOrigin").GetDouble(), 1e-9);
    }

    [Fact]
    public async Task A_table_has_a_row_for_each_neuron_and_time()
    {
        using var other = new ProblemFolder();
        var result = await other.Workbench(
            "bridge",
            "p.toml",
            "--paths",
            "20",
            "--steps",
            "2",
            "--table",
            "a=-1:1:3,b=0:1:2,t=0:1:2",
            "--out",
            "t"
        );
        Assert.Contains(result.ExitCode, new[] { 0, 3 });
        var lines = File.ReadAllLines(other.File("t/table.csv"));
        Assert.Equal("t,a,b,V,density,u.a,u.b,error", lines[0]);
        Assert.Equal(1 + 3 * 2 * 2, lines.Length);
        Assert.Equal([".lock", "bridge.json", "call.json", "log.txt", "problem.toml", "table.csv", "table.parquet"], other.Names("t"));
    }

    [Theory]
    [InlineData("a=-1:1:3", "a range for each of a, b")]
    [InlineData("a=-1:1:3,b=0:1:2,t=0:2:3", "times from 0 to tau")]
    public async Task A_grid_that_does_not_fit_is_refused(string grid, string expected)
    {
        using var other = new ProblemFolder();
        var result = await other.Workbench("bridge", "p.toml", "--table", grid);
        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Contains(expected, result.Error);
    }

    [Fact]
    public async Task The_Foellmer_process_takes_a_seed_and_refuses_points()
    {
        using var other = new ProblemFolder();
        other.Write(
            "w.toml",
            """
            title = "Well"
            neuron = { parameters = ["b"] }
            energy = { beta = 2.0, tau = 1.0, objective = "E[w~mu]((w.b-1)^2/2) + KL(mu, gamma)/beta" }
            """
        );
        var costs = new List<double>();
        foreach (var seed in (string[])["1", "2"])
        {
            var result = await other.Workbench("bridge", "w.toml", "--paths", "100", "--seed", seed, "--json", "--quiet");
            costs.Add(JsonDocument.Parse(result.Output).RootElement.GetProperty("controlCost").GetDouble());
        }
        Assert.NotEqual(costs[0], costs[1]);
        var refused = await other.Workbench("bridge", "w.toml", "--points", "100");
        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith("--points: found an option of a bridge between two laws", refused.Error);
    }

    private static double Variance(double[] states, int step) =>
        Enumerable.Range(0, states.Length / 101).Average(path => Math.Pow(states[path * 101 + step], 2));

    private static void Agrees(string name, double value)
    {
        var golden = GoldenFile.Number($"GG.{name}");
        Assert.Equal(golden.Value, value, 1.01 * golden.HalfUnit);
    }

    private static (string?, string?, bool) Verdict(JsonElement json) =>
        (json.GetProperty("method").GetString(), json.GetProperty("status").GetString(), json.GetProperty("certified").GetBoolean());

    private static JsonElement Json(WorkbenchProcess result)
    {
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return JsonDocument.Parse(result.Output).RootElement;
    }
}

using System.Text.Json;

namespace MeanField.Cli.Tests;

public sealed class SolveTests : IDisposable
{
    private static readonly string T1 = Path.Combine(Repository.Examples, "02-tanh-t1", "problem.toml");

    private readonly ProblemFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task T1_has_its_golden_numbers_and_a_certificate()
    {
        var solved = await WorkbenchProcess.Run("solve", T1, "--json", "--quiet");
        Assert.Equal((0, ""), (solved.ExitCode, solved.Error));
        var json = JsonDocument.Parse(solved.Output).RootElement;

        foreach (var name in (string[])["freeEnergy", "risk", "kl", "logZ"])
            Agrees(name, json.GetProperty(name));
        Agrees("freeEnergy", json.GetProperty("dual"));
        Agrees("mean", json.GetProperty("law").GetProperty("mean")[0]);
        Agrees("variance", json.GetProperty("law").GetProperty("covariance")[0][0]);
        var (certified, interval) = (json.GetProperty("certified").GetBoolean(), json.GetProperty("interval"));
        Assert.True(certified);
        Assert.InRange(
            GoldenFile.Number("T1.freeEnergy").Value,
            interval.GetProperty("low").GetDouble() - GoldenFile.Number("T1.freeEnergy").HalfUnit,
            interval.GetProperty("high").GetDouble() + GoldenFile.Number("T1.freeEnergy").HalfUnit
        );
    }

    /// <summary>To 1e-9, as the theory asks, and half a printed unit.</summary>
    private static void Agrees(string name, JsonElement value)
    {
        var golden = GoldenFile.Number($"T1.{name}");
        Assert.Equal(golden.Value, value.GetDouble(), 1e-9 + golden.HalfUnit);
    }

    [Fact]
    public async Task The_object_has_the_keys_of_the_contract_in_their_order()
    {
        var json = Json(await folder.Workbench("solve", "p.toml", "--json", "--quiet"));
        string[] keys =
        [
            "method",
            "certified",
            "convex",
            "status",
            "freeEnergy",
            "dual",
            "gap",
            "quadratureError",
            "nodeError",
            "interval",
            "risk",
            "loss",
            "kl",
            "logZ",
            "residualNorm",
            "standardErrors",
            "effectiveSampleFraction",
            "law",
            "seconds",
        ];
        Assert.Equal(keys, json.EnumerateObject().Select(key => key.Name).Where(keys.Contains));
        Assert.Equal(["low", "high", "level"], json.GetProperty("interval").EnumerateObject().Select(key => key.Name));
        Assert.Equal(
            (2, 2),
            (
                json.GetProperty("law").GetProperty("mean").GetArrayLength(),
                json.GetProperty("law").GetProperty("covariance").GetArrayLength()
            )
        );
        Assert.Equal(("quadrature", "shown", "minimiser"), (Text(json, "method"), Text(json, "convex"), Text(json, "status")));
        Assert.Equal(0, json.GetProperty("standardErrors").GetProperty("kl").GetDouble());
    }

    [Fact]
    public async Task People_get_a_table_where_the_minimum_lies_and_the_stages()
    {
        var solved = await WorkbenchProcess.Run("solve", T1);
        Assert.Equal(0, solved.ExitCode);
        Assert.Matches(@"certified: F\* in \[0\.01650207894\d+, 0\.01650207894\d+\], for the nodes as they are", solved.Output);
        Assert.Contains("minimiser by quadrature", solved.Output);
        Assert.Contains("covariance[1,1]", solved.Output);
        Assert.Contains("error of the nodes: 96 in the place of 64", solved.Error);
    }

    [Fact]
    public async Task Sampled_expectations_have_standard_errors_and_an_interval_of_a_level()
    {
        var json = Json(await folder.Workbench("solve", "p.toml", "--method", "importance", "--json", "--quiet"));
        var exact = Json(await folder.Workbench("solve", "p.toml", "--json", "--quiet"));
        Assert.Equal("importance", Text(json, "method"));
        Assert.Equal(0.95, json.GetProperty("interval").GetProperty("level").GetDouble());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("quadratureError").ValueKind);
        Assert.NotEqual("", Text(json, "quadratureErrorReason"));
        var error = json.GetProperty("standardErrors").GetProperty("freeEnergy").GetDouble();
        Assert.True(error > 0);
        // Eight standard errors: one seed, fixed.
        Assert.Equal(exact.GetProperty("freeEnergy").GetDouble(), json.GetProperty("freeEnergy").GetDouble(), 8 * error);
    }

    /// <summary>A repulsion of pairs has no dual, and annealing refuses it.</summary>
    [Fact]
    public async Task The_remedy_names_no_method_that_refuses_the_problem()
    {
        folder.Write(
            "repulsion.toml",
            """
            neuron.parameters = ["b"]
            energy.beta = 1.0
            energy.tau = 1.0
            energy.objective = "E[w~mu, v~mu](exp(-(w - v)^2/2))/2 + KL(mu, gamma)/beta"
            """
        );
        var solved = await folder.Workbench("solve", "repulsion.toml", "--tolerance", "1e-30", "--quiet");
        Assert.Equal(3, solved.ExitCode);
        Assert.DoesNotContain("smc", solved.Error);
        Assert.Equal(2, (await folder.Workbench("solve", "repulsion.toml", "--method", "smc", "--quiet")).ExitCode);
    }

    [Fact]
    public async Task A_tolerance_that_is_not_reached_ends_with_exit_code_3_and_a_remedy()
    {
        var solved = await folder.Workbench("solve", "p.toml", "--tolerance", "1e-30", "--json", "--quiet");
        Assert.Equal(3, solved.ExitCode);
        Assert.Matches("^not certified: .*; take a larger --tolerance", solved.Error);
        var json = JsonDocument.Parse(solved.Output).RootElement;
        Assert.False(json.GetProperty("certified").GetBoolean());
        Assert.NotEqual("", Text(json, "certifiedReason"));
    }

    [Fact]
    public async Task A_problem_without_a_minimiser_is_refused_at_its_neuron()
    {
        folder.Write(
            "p.toml",
            """
            [neuron]
            activation = "w^4"
            parameters = ["w"]
            [input]
            law = "atoms"
            points = [[1]]
            [target]
            values = [6]
            [energy]
            beta = 1
            tau = 1
            """
        );
        var solved = await folder.Workbench("solve", "p.toml", "--json");
        Assert.Equal((2, ""), (solved.ExitCode, solved.Output));
        Assert.StartsWith("p.toml, line 2, column 15, key neuron.activation: found no minimiser: ", solved.Error);
        Assert.Contains("expected a problem whose free energy has a minimiser; take a neuron that grows at most linearly", solved.Error);
    }

    private static JsonElement Json(WorkbenchProcess solved)
    {
        Assert.Equal((0, ""), (solved.ExitCode, solved.Error));
        return JsonDocument.Parse(solved.Output).RootElement;
    }

    private static string Text(JsonElement json, string key) => json.GetProperty(key).GetString()!;
}

using System.Text.Json;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Machines;

namespace MeanField.Cli.Tests;

/// <summary>'workbench verify' as users call it.</summary>
public sealed class VerifyTests : IDisposable
{
    private readonly ProblemFolder folder = new();

    public void Dispose() => folder.Dispose();

    private Task<WorkbenchProcess> Verify(params string[] options) => folder.Workbench(["verify", "p.toml", .. options]);

    [Fact]
    public async Task Every_check_of_a_sound_problem_holds()
    {
        var result = await Verify();

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        Assert.StartsWith("Small\n\n", result.Output);
        Assert.Contains("\n\ndrift_greedy.b\n", result.Output);
        Assert.Matches(@"\n\d+ checks: \d+ hold, 0 fail, \d+ skipped\n$", result.Output);
    }

    [Fact]
    public async Task Json_has_the_keys_of_the_contract_and_no_number_that_is_none()
    {
        var result = await Verify("--json");
        using var json = JsonDocument.Parse(result.Output);
        var root = json.RootElement;

        Assert.Equal(["holds", "checks", "claims", "constants", "existence"], root.EnumerateObject().Select(key => key.Name));
        Assert.True(root.GetProperty("holds").GetBoolean());
        Assert.NotEmpty(root.GetProperty("checks").EnumerateArray());
        Assert.All(
            root.GetProperty("checks").EnumerateArray(),
            check =>
            {
                Assert.Equal(["name", "kind", "holds", "error", "tolerance", "detail"], check.EnumerateObject().Select(key => key.Name));
                var isSkipped = check.GetProperty("holds").ValueKind == JsonValueKind.Null;
                Assert.Equal(isSkipped, check.GetProperty("error").ValueKind == JsonValueKind.Null);
            }
        );
    }

    [Fact]
    public async Task The_constants_are_printed_and_an_infinite_end_is_null_with_its_reason()
    {
        var (text, json) = (await Verify(), await Verify("--json"));
        Assert.Contains("\nconstants over all neurons", text.Output);
        Assert.Matches(@"\n    S0 +infinite +sigma grows without bound along a", text.Output);
        using var read = JsonDocument.Parse(json.Output);
        var constants = read
            .RootElement.GetProperty("constants")
            .EnumerateArray()
            .ToDictionary(constant => constant.GetProperty("name").GetString()!);

        Assert.Equal(["S0", "G1", "G2", "growth", "rho", "rho_star", "lambda", "slope", "L2"], constants.Keys);
        Assert.Equal(JsonValueKind.Null, constants["S0"].GetProperty("high").ValueKind);
        Assert.Contains("along a", constants["S0"].GetProperty("reason").GetString());
        // ||f||^2 = (1 + 1/16 + 1)/3, and sigma is odd in a.
        Assert.Equal(Math.Sqrt(33.0 / 48), constants["rho_star"].GetProperty("high").GetDouble(), 12);
    }

    private const string Quartic = """
        title = "Quartic"
        [neuron]
        activation = "w^4"
        parameters = ["w"]
        [input]
        law = "atoms"
        points = [1]
        [target]
        values = [6]
        [energy]
        beta = 1
        tau = 1
        """;

    [Fact]
    public async Task A_problem_without_a_minimiser_is_told_loudly_with_the_argument()
    {
        folder.Write("p.toml", Quartic);
        var (text, json) = (await Verify(), await Verify("--json"));

        Assert.Equal((0, ""), (text.ExitCode, text.Error));
        Assert.Contains("\nNO MINIMISER: ", text.Output);
        Assert.Contains("<f, h> = 6, ||h||^2 = 1, E_gamma phi = 3", text.Output);
        using var read = JsonDocument.Parse(json.Output);
        Assert.Equal("none", read.RootElement.GetProperty("existence").GetProperty("verdict").GetString());
    }

    [Fact]
    public async Task The_same_problem_with_a_target_within_reach_has_a_minimiser()
    {
        folder.Write("p.toml", Quartic.Replace("[6]", "[2.5]"));
        Assert.Contains("\na minimiser exists: ", (await Verify()).Output);
    }

    [Fact]
    public async Task Kernels_are_checked_at_the_width_in_use_and_with_machine_at_every_width()
    {
        var (plain, every) = (await Verify(), await Verify("--machine"));

        Assert.Contains("    holds    kernel       error ", plain.Output);
        Assert.DoesNotContain("    holds    kernel       exactly", plain.Output);
        Assert.Contains("    holds    kernel       exactly", every.Output);
    }

    [Fact]
    public async Task What_no_kernel_computes_is_skipped_with_the_reason()
    {
        folder.Write(
            "p.toml",
            ProblemFolder.Atoms.Replace("[energy]", "[energy]\nobjective = \"E[w~gamma, v~mu](tanh(w.a*v.a)) + KL(mu, gamma)\"")
        );
        var result = await Verify();

        Assert.Equal(0, result.ExitCode);
        Assert.Contains("    skipped  kernel       an expectation over gamma in a simulation", result.Output);
    }

    [Fact]
    public async Task Verify_writes_no_folder()
    {
        var result = await Verify("--out", "here");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.StartsWith("workbench verify: found --out or --force;", result.Error);
        Assert.Equal(["d.csv", "p.toml"], folder.Names());
    }

    [Fact]
    public async Task Without_a_file_the_machine_is_checked_functions_widths_threads_and_the_digest_of_a_run()
    {
        var result = await WorkbenchProcess.Run("verify", "--machine", "--json");

        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        var checks = JsonDocument.Parse(result.Output).RootElement.GetProperty("checks").EnumerateArray().ToArray();
        var kinds = checks.CountBy(check => check.GetProperty("kind").GetString()!).ToDictionary();
        // In two formats; what is exact has no reference values.
        string[] exact = ["abs", "heaviside", "relu", "sign"];
        Assert.Equal(2 * ElementaryFunctions.Names.Except(exact).Count(), kinds["reference"]);
        Assert.True(kinds["kernel"] > 20);
        Assert.Equal(MachineChecks.GoldenDigests.Count * (VectorTargets.Supported.Count + 2), kinds["digest"]);
        Assert.All(checks, check => Assert.True(check.GetProperty("holds").GetBoolean()));
    }

    [Theory]
    [InlineData("verify", "workbench verify: found no FILE; expected a problem file, or --machine alone; name a problem.toml\n")]
    [InlineData(
        "verify --machine --claim psi=a",
        "workbench verify: found --claim without a FILE; expected the problem that the claim is of; name a problem.toml\n"
    )]
    public async Task What_needs_a_file_says_so(string call, string message)
    {
        var result = await WorkbenchProcess.Run(call.Split(' '));

        Assert.Equal((2, "", message), (result.ExitCode, result.Output, result.Error));
    }
}

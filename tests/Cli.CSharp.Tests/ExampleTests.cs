using System.Text.Json;
using MeanField.Golden;

namespace MeanField.Cli.Tests;

/// <summary>Every example runs, shorter where it is long, and shows what its page says.</summary>
public sealed class ExampleTests : IDisposable
{
    private static readonly string Examples = Path.Combine(Repository.Root, "examples");

    private readonly ProblemFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public void Every_example_is_run_here() =>
        Assert.Equal(["01-sine", "02-tanh-t1", "03-diabetes"], Directory.EnumerateDirectories(Examples).Select(Path.GetFileName).Order());

    [Fact]
    public async Task The_sine_is_learnt_at_a_cost_that_the_trapezoid_confirms()
    {
        var result = await Run("01-sine", "--particles", "2000", "--replicas", "4");

        // The target has mean square 1/2 and the trivial net that risk.
        Assert.InRange(Number(result, "risk"), 0.0, 0.1);
        Assert.Equal(Number(result, "value"), (Number(result, "controlCost") / 50) + (Number(result, "risk") / 2), 12);
        Assert.InRange(Number(result, "controlCostLimit") / Number(result, "controlCost"), 0.9, 1.1);
    }

    [Fact]
    public async Task T1_agrees_with_its_golden_row()
    {
        var result = await Run("02-tanh-t1", "--particles", "2000");

        Agrees(Number(result, "controlCost"), Error(result, "controlCost"), "cost");
        Agrees(Entry(result, "mean"), Entry(result.GetProperty("standardErrors"), "mean"), "mean");
        Agrees(Entry(result, "covariance"), Entry(result.GetProperty("standardErrors"), "covariance"), "variance");
        // The interaction makes N neurons fluctuate less than independent ones: the law's risk lies between the two figures.
        var golden = GoldenFile.Number("T1.greedy100.risk").Value;
        Assert.InRange(
            golden,
            Number(result, "riskDebiased") - 4 * Error(result, "risk"),
            Number(result, "risk") + 4 * Error(result, "risk")
        );
    }

    [Fact]
    public async Task Diabetes_is_fitted_better_than_by_the_mean_and_better_still_at_a_larger_beta()
    {
        string[] size = ["--particles", "500", "--steps", "100", "--replicas", "2"];
        var moderate = await Run("03-diabetes", size);
        var bold = await Run("03-diabetes", [.. size, "--set", "energy.beta=50"]);

        // The trivial net, which answers the mean, has risk 1 on the standardised target.
        Assert.InRange(Number(moderate, "risk"), 0.0, 0.999);
        Assert.True(Number(bold, "risk") < Number(moderate, "risk"));
    }

    [Fact]
    public async Task A_misspelt_column_of_the_diabetes_example_is_told_with_the_nearest_one()
    {
        var result = await WorkbenchProcess.Run(
            "run",
            Path.Combine(Examples, "03-diabetes", "problem.toml"),
            "--set",
            "target.column=progresion"
        );

        Assert.Equal(2, result.ExitCode);
        Assert.StartsWith("--set, key target.column: found the column 'progresion'", result.Error);
        Assert.Contains("did you mean 'progression'?", result.Error);
    }

    private async Task<JsonElement> Run(string example, params string[] options)
    {
        var problem = Path.Combine(Examples, example, "problem.toml");
        var result = await folder.Workbench(["run", problem, "--json", "--quiet", "--snapshots", "0", .. options]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return JsonDocument.Parse(result.Output).RootElement;
    }

    private static double Number(JsonElement result, string name) => result.GetProperty(name).GetDouble();

    private static double Error(JsonElement result, string name) => Number(result.GetProperty("standardErrors"), name);

    private static double Entry(JsonElement result, string name)
    {
        var entry = result.GetProperty("law").GetProperty(name)[0];
        return entry.ValueKind == JsonValueKind.Array ? entry[0].GetDouble() : entry.GetDouble();
    }

    private static void Agrees(double value, double error, string golden)
    {
        var expected = GoldenFile.Number($"T1.greedy100.{golden}").Value;
        Assert.InRange(value, expected - 4 * error, expected + 4 * error);
    }
}

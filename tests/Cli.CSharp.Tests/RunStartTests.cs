using System.Text.Json;

namespace MeanField.Cli.Tests;

/// <summary>Where the particles of 'workbench run' begin.</summary>
public sealed class RunStartTests : IDisposable
{
    private readonly ProblemFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_flow_goes_on_from_the_particles_that_another_run_left()
    {
        // A constant slope moves every particle alike: no noise, no interaction, no rounding in halves and quarters.
        string[] flow = ["--dynamics", "langevin", "--horizon", "1", "--steps", "4", "--set", "energy.objective=E[w~mu](w.a/4 - w.b/2)"];
        var first = await Run("first", [.. flow, "--start", "prior"]);
        var second = await Run("second", [.. flow, "--start", "first/particles-4.npy"]);

        for (var block = 0; block < 2; block++)
            Assert.Equal(Mean(first, block) + (block == 0 ? -0.25 : 0.5), Mean(second, block), 12);
        Assert.Equal("null", second.GetProperty("controlCost").GetRawText());
    }

    [Fact]
    public async Task A_start_of_another_shape_is_told_with_both()
    {
        await Run("first", "--particles", "30", "--steps", "1");
        var result = await folder.Workbench("run", "p.toml", "--out", "o", "--start", "first/particles-1.npy");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Equal(
            "--set, key run.start: found 60 x 2 numbers in first/particles-1.npy; expected 40 x 2, a row for each of run.particles, or 80 x 2, "
                + $"the replicas below one another{Environment.NewLine}",
            result.Error
        );
    }

    [Fact]
    public async Task The_greedy_dynamics_from_the_prior_has_no_control_cost_and_says_why()
    {
        var result = await Run("o", "--start", "prior");

        Assert.Equal("null", result.GetProperty("value").GetRawText());
        Assert.Equal(
            "the control cost is that of a start at 0: take run.start = \"zero\"",
            result.GetProperty("controlCostLimitReason").GetString()
        );
    }

    [Fact]
    public async Task Heuns_scheme_has_the_limit_of_the_cost_alone()
    {
        var result = await Run("o", "--scheme", "heun");

        Assert.Equal("null", result.GetProperty("controlCost").GetRawText());
        Assert.True(result.GetProperty("controlCostLimit").GetDouble() > 0);
    }

    private async Task<JsonElement> Run(string output, params string[] options)
    {
        var result = await folder.Workbench(["run", "p.toml", "--json", "--quiet", "--out", output, .. options]);
        Assert.Equal((0, ""), (result.ExitCode, result.Error));
        return JsonDocument.Parse(result.Output).RootElement;
    }

    private static double Mean(JsonElement result, int component) => result.GetProperty("law").GetProperty("mean")[component].GetDouble();
}

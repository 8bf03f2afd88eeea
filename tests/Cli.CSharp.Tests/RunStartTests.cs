using System.Text;
using System.Text.Json;
using MeanField.Engine.Runs;

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

    [Theory]
    [InlineData(
        "single",
        "1E+39 in row 3, column 2 (both from 1) of w.npy; expected finite numbers that single precision holds, at most 3.4e38 in size"
    )]
    [InlineData("double", "Infinity in row 3, column 2 (both from 1) of w.npy; expected finite numbers")]
    public async Task A_start_that_the_precision_does_not_hold_is_told_with_its_place(string precision, string message)
    {
        var rows = new double[80];
        rows[5] = precision == "single" ? 1e39 : double.PositiveInfinity;
        await using (var file = File.Create(folder.File("w.npy")))
            NpyFile.Write(file, 2, [rows]);

        var result = await folder.Workbench("run", "p.toml", "--out", "o", "--start", "w.npy", "--precision", precision);

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Equal($"--set, key run.start: found {message}{Environment.NewLine}", result.Error);
    }

    [Fact]
    public async Task A_start_that_is_no_matrix_is_told_with_its_shape_and_the_one_expected()
    {
        byte[] header =
        [
            0x93,
            .. "NUMPY"u8,
            1,
            0,
            118,
            0,
            .. Encoding.ASCII.GetBytes("{'descr': '<f8', 'fortran_order': False, 'shape': (3,), }".PadRight(117) + "\n"),
        ];
        File.WriteAllBytes(folder.File("w.npy"), [.. header, .. new byte[24]]);

        var result = await folder.Workbench("run", "p.toml", "--out", "o", "--start", "w.npy");

        Assert.Equal((2, ""), (result.ExitCode, result.Output));
        Assert.Matches(
            @"^--set, key run\.start: found shape \(3,\) in \S*w\.npy; expected a 40 x 2 matrix of '<f8' or '<f4' in C order",
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

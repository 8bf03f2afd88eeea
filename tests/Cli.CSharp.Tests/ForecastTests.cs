using System.Text.Json.Nodes;

namespace MeanField.Cli.Tests;

/// <summary>'run --forecast' as users call it.</summary>
public sealed class ForecastTests : IDisposable
{
    private readonly ProblemFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Time_and_memory_are_told_and_nothing_is_written()
    {
        var end = await folder.Workbench("run", "p.toml", "--forecast", "--json", "--particles", "50");
        Assert.True(end.ExitCode == 0, end.Error);
        var json = JsonNode.Parse(end.Output)!;
        Assert.Equal((50, 6, 2), (json["particles"]!.GetValue<int>(), json["steps"]!.GetValue<int>(), json["replicas"]!.GetValue<int>()));
        Assert.True(json["fits"]!.GetValue<bool>());
        Assert.True(json["forecastSeconds"]!.GetValue<double>() > 0);
        Assert.True(json["forecastSecondsError"]!.GetValue<double>() >= 0);
        Assert.InRange(json["recordingShare"]!.GetValue<double>(), 0, 1);
        // 64 padded particles of 2 numbers: 2 replicas and a copy of them, twice the rows of one.
        Assert.Equal(64 * 2 * 8 * 6, json["memory"]!["particles"]!.GetValue<double>());
        Assert.Equal(json["memory"]!.AsObject().Sum(part => part.Value!.GetValue<double>()), json["memoryBytes"]!.GetValue<double>());
        Assert.Equal(["d.csv", "p.toml"], folder.Names());
    }

    [Fact]
    public async Task People_read_a_table()
    {
        var end = await folder.Workbench("run", "p.toml", "--forecast");
        Assert.Equal((0, ""), (end.ExitCode, end.Error));
        Assert.Contains("forecast: 2 x 40 particles, 6 steps, 6 of them recorded", end.Output);
        Assert.All(["seconds", "recording, %", "memory, MB", "the run fits"], word => Assert.Contains(word, end.Output));
    }

    [Fact]
    public async Task A_run_that_cannot_fit_is_refused_as_the_run_itself()
    {
        string[] large = ["--particles", "700000000", "--replicas", "2000000"];
        var end = await folder.Workbench(["run", "p.toml", "--forecast", "--json", .. large]);
        var run = await folder.Workbench(["run", "p.toml", "--quiet", .. large]);
        Assert.Equal((2, 2), (end.ExitCode, run.ExitCode));
        Assert.Equal(run.Error, end.Error);
        var json = JsonNode.Parse(end.Output)!;
        Assert.False(json["fits"]!.GetValue<bool>());
        Assert.Null(json["forecastSeconds"]);
        Assert.Equal("the run does not fit into memory", json["forecastSecondsReason"]!.GetValue<string>());
        Assert.True(json["memoryBytes"]!.GetValue<double>() > json["availableBytes"]!.GetValue<double>());
    }

    [Theory]
    [InlineData("--target-error", "0.1")]
    [InlineData("--resume", "o")]
    [InlineData("--repeat", "o")]
    public async Task Other_ways_to_run_have_no_forecast(params string[] options)
    {
        var refused = await folder.Workbench(["run", "p.toml", "--forecast", .. options]);
        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith("workbench run --forecast: found --target-error, --resume or --repeat", refused.Error);
    }
}

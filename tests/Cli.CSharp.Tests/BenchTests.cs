using System.Text.Json.Nodes;

namespace MeanField.Cli.Tests;

/// <summary>'bench' as users call it; no speed is asserted.</summary>
public sealed class BenchTests : IDisposable
{
    private readonly ProblemFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_file_is_measured_in_every_precision_on_one_thread_and_all_and_forecast()
    {
        var end = await folder.Workbench("bench", "p.toml", "--json", "--threads", "2");
        Assert.True(end.ExitCode == 0, end.Error);
        var json = JsonNode.Parse(end.Output)!;
        Assert.Equal((40, 2, 3), (json["particles"]!.GetValue<int>(), json["replicas"]!.GetValue<int>(), json["nodes"]!.GetValue<int>()));
        Assert.Equal(
            ["double 1", "double 2", "single 1", "single 2", "mixed 1", "mixed 2"],
            json["rates"]!.AsArray().Select(rate => $"{rate!["precision"]} {rate["threads"]}")
        );
        Assert.All(json["rates"]!.AsArray(), rate => Assert.True(rate!["pairsPerSecond"]!.GetValue<double>() > 0));
        Assert.All(json["rates"]!.AsArray(), rate => Assert.True(rate!["peakShare"]!.GetValue<double>() > 0));
        Assert.Equal(4, json["peaks"]!.AsArray().Count);
        Assert.Equal(1, json["arithmetic"]!["node"]!["functions"]!["tanh"]!.GetValue<int>());
        Assert.Equal(0, json["arithmetic"]!["particle"]!["multiplyAdds"]!.GetValue<int>());
        Assert.True(json["forecast"]!["forecastSeconds"]!.GetValue<double>() > 0);
        Assert.Equal(["d.csv", "p.toml"], folder.Names());
    }

    [Fact]
    public async Task Without_a_file_the_sine_is_measured_and_nothing_is_forecast()
    {
        var end = await folder.Workbench("bench");
        Assert.Equal((0, ""), (end.ExitCode, end.Error));
        Assert.Contains("Sine on an interval: 1 x 20480 particles, 64 nodes", end.Output);
        Assert.Contains("a pair with a node: 6 multiply-adds", end.Output);
        Assert.DoesNotContain("forecast", end.Output);
    }

    [Fact]
    public async Task A_file_that_cannot_fit_is_measured_in_part_and_its_refusal_told()
    {
        var end = await folder.Workbench("bench", "p.toml", "--set", "run.particles=700000000", "--set", "run.replicas=2000000");
        Assert.Equal((0, ""), (end.ExitCode, end.Error));
        Assert.Contains("no forecast: --set, key run.particles: found ", end.Output);
    }

    [Theory]
    [InlineData("workbench bench: found --out or --force; expected a call without them", "--out", "o")]
    [InlineData("key run.dynamics: found foellmer, whose control is no program of pairs", "--set", "run.dynamics=foellmer")]
    [InlineData("--set, key run.particles", "--set", "run.particles=0")]
    [InlineData("--ranks: found one process; expected several, which mpirun has started", "--ranks")]
    public async Task What_it_cannot_measure_is_refused(string told, params string[] options)
    {
        var refused = await folder.Workbench(["bench", "p.toml", .. options]);
        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.Contains(told, refused.Error);
    }
}

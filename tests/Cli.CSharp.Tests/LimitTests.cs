using System.Text.Json.Nodes;

namespace MeanField.Cli.Tests;

/// <summary>'run --target-error' as users call it.</summary>
public sealed class LimitTests : IDisposable
{
    private readonly ProblemFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task The_limit_is_printed_with_its_error_its_biases_and_both_costs()
    {
        var json = await Limit("--target-error", "1e-2", "--out", "o");
        Assert.InRange(json["standardErrors"]!["risk"]!.GetValue<double>(), 1e-12, 1e-2);
        Assert.InRange(json["biasSteps"]!.GetValue<double>(), 0, 1e-2);
        Assert.Equal(json["risk"]!.GetValue<double>(), 2 * json["loss"]!.GetValue<double>(), 1e-15);
        Assert.Equal("completed", json["status"]!.GetValue<string>());
        Assert.Equal(
            1 - json["cost"]!.GetValue<double>() / json["plainCost"]!.GetValue<double>(),
            json["savedCost"]!.GetValue<double>(),
            1e-12
        );
        Assert.Null(json["kl"]);
        Assert.StartsWith("with --target-error", json["klReason"]!.GetValue<string>());
        Assert.Equal([".lock", "limit.json", "log.txt", "problem.toml"], folder.Names("o"));
        Assert.Equal(json.ToJsonString(), JsonNode.Parse(folder.Read("o/limit.json"))!.ToJsonString());
    }

    [Fact]
    public async Task Numbers_of_particles_steps_and_replicas_do_not_count()
    {
        var (one, other) = (
            await Limit("--target-error", "0.02"),
            await Limit("--target-error", "0.02", "--particles", "7", "--steps", "3", "--replicas", "1", "--threads", "1")
        );
        Assert.Equal(one["risk"]!.GetValue<double>(), other["risk"]!.GetValue<double>());
    }

    [Theory]
    [InlineData("--target-error: found '0'; expected a positive number, the standard error of the risk; for example 1e-4", "0")]
    [InlineData("--target-error: found 'small'; expected a positive number", "small")]
    [InlineData("workbench run --target-error: found --resume, --repeat, --kl, --excess or --noise-level", "0.1", "--kl")]
    [InlineData("key --target-error: found fresh samples in every step; expected run.batch = \"full\"", "0.1", "--dynamics", "sgd")]
    public async Task What_it_cannot_do_is_refused(string told, params string[] options)
    {
        var refused = await folder.Workbench(["run", "p.toml", "--quiet", "--out", "o", "--target-error", .. options]);
        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith(told, refused.Error);
        Assert.False(Directory.Exists(folder.File("o")));
    }

    private async Task<JsonNode> Limit(params string[] options)
    {
        var end = await folder.Workbench(["run", "p.toml", "--quiet", "--json", .. options]);
        Assert.True(end.ExitCode == 0, end.Error);
        return JsonNode.Parse(end.Output)!;
    }
}

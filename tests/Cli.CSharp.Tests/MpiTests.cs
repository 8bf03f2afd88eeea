using System.Text.Json.Nodes;

namespace MeanField.Cli.Tests;

/// <summary>Runs that several processes share, as mpirun starts them.</summary>
public sealed class MpiTests : IDisposable
{
    private static readonly string[] Small = ["run", "p.toml", "--quiet", "--json", "--set", "run.particles=3000", "--steps", "12"];

    private readonly ProblemFolder folder = new();

    public void Dispose() => folder.Dispose();

    [TheoryNeeding("mpirun", "openmpi-bin")]
    [InlineData(2, "1")]
    [InlineData(4, "2")]
    public async Task Any_number_of_processes_and_threads_has_the_results_of_one(int ranks, string threads)
    {
        await Agree(ranks, threads);
        Assert.Equal(folder.Names("one"), folder.Names("all"));
        Assert.Equal(File.ReadAllBytes(folder.File("one/metrics.parquet")), File.ReadAllBytes(folder.File("all/metrics.parquet")));
    }

    [TheoryNeeding("mpirun", "openmpi-bin")]
    [InlineData("--scheme", "heun", "--precision", "single")]
    [InlineData("--batch", "3")]
    [InlineData("--precision", "mixed", "--replicas", "1")]
    // Fewer superblocks than processes: one has nothing to do.
    [InlineData("--dynamics", "langevin", "--particles", "100")]
    public async Task Schemes_samples_and_precisions_have_the_results_of_one_process(params string[] options) =>
        await Agree(2, "1", options);

    [TheoryNeeding("mpirun", "openmpi-bin")]
    [InlineData(1, 0)]
    // A particle of the second process, which tells the first.
    [InlineData(4, 1600)]
    public async Task All_processes_end_at_the_particle_that_breaks(int seed, int particle)
    {
        string[] unstable = ["--set", "neuron.activation=a*b^3*x", "--set", "energy.beta=100", "--steps", "20", "--seed", $"{seed}"];
        string[] run = ["run", "p.toml", "--quiet", "--json", "--set", "run.particles=3000", .. unstable];

        var one = await folder.Workbench([.. run, "--out", "one"]);
        var all = await MpiProcess.Run(folder.Path, 2, [.. run, "--threads", "1", "--out", "all"]);

        Assert.Equal((3, 3), (one.ExitCode, all.ExitCode));
        Assert.Contains($"particle {particle} of replica 0", Results(one)["statusReason"]!.GetValue<string>());
        Assert.Equal(Text(one), Text(all));
    }

    [TheoryNeeding("mpirun", "openmpi-bin")]
    [InlineData(2)]
    public async Task A_process_that_dies_ends_all_and_its_run_goes_on_from_its_checkpoint(int ranks)
    {
        string[] run = ["run", "p.toml", "--quiet", "--json", "--particles", "2000", "--steps", "20000", "--checkpoint", "0.2"];
        var calm = await folder.Workbench([.. run, "--out", "one"]);

        var died = await MpiProcess.KillLast(folder.Path, ranks, HasCheckpoint, [.. run, "--threads", "1", "--out", "all"]);
        Assert.NotEqual(0, died.ExitCode);
        Assert.Contains("its last checkpoint stays: go on by --resume", died.Error);

        var resumed = await MpiProcess.Run(folder.Path, ranks, "run", "p.toml", "--quiet", "--json", "--threads", "1", "--resume", "all");
        Assert.Equal(0, resumed.ExitCode);
        Assert.Equal(Digest(calm), Digest(resumed));
        Assert.Matches(@"(?m)^\S+ resumed after step \d+ of 20000$", folder.Read("all/log.txt"));

        bool HasCheckpoint() =>
            Directory.Exists(folder.File("all"))
            && folder.Names("all").Any(name => name.StartsWith("checkpoint-") && !name.EndsWith(".tmp"));
    }

    [TheoryNeeding("mpirun", "openmpi-bin")]
    [InlineData(2)]
    public async Task A_forecast_is_measured_in_all_processes_and_told_once(int ranks)
    {
        var told = await MpiProcess.Run(
            folder.Path,
            ranks,
            "run",
            "p.toml",
            "--forecast",
            "--json",
            "--particles",
            "3000",
            "--threads",
            "1"
        );
        Assert.True(told.ExitCode == 0, told.Error);
        var forecast = Results(told);
        Assert.Equal(ranks, forecast["ranks"]!.GetValue<int>());
        Assert.True(forecast["forecastSeconds"]!.GetValue<double>() > 0);
        Assert.Equal(["d.csv", "p.toml"], folder.Names());
    }

    [TheoryNeeding("mpirun", "openmpi-bin")]
    [InlineData(2)]
    public async Task Bench_measures_exchanges_and_models_more_processes(int ranks)
    {
        var told = await MpiProcess.Run(folder.Path, ranks, "bench", "p.toml", "--ranks", "--json", "--threads", "1");
        Assert.True(told.ExitCode == 0, told.Error);
        var scaling = Results(told);
        Assert.Equal(ranks, scaling["ranks"]!.GetValue<int>());
        Assert.All(scaling["messages"]!.AsArray(), message => Assert.True(message!["seconds"]!.GetValue<double>() > 0));
        // 2 replicas, in each the moments and the square of the drift; then what is not finite.
        Assert.Equal(5, scaling["exchangesOfStep"]!.GetValue<int>());
        Assert.Equal([2, 4, 8, 16, 32, 64], scaling["model"]!.AsArray().Select(row => row!["ranks"]!.GetValue<int>()));
    }

    [TheoryNeeding("mpirun", "openmpi-bin")]
    [InlineData("--excess", "run", "p.toml", "--excess")]
    [InlineData("--kl", "run", "p.toml", "--kl")]
    [InlineData("\"foellmer\"", "run", "p.toml", "--dynamics", "foellmer")]
    [InlineData("--target-error", "run", "p.toml", "--target-error", "0.1")]
    [InlineData("'solve'", "solve", "p.toml")]
    [InlineData("'bench' without --ranks", "bench")]
    [InlineData("no such file", "run", "q.toml")]
    public async Task What_processes_do_not_share_is_refused_once(string found, params string[] arguments)
    {
        var refused = await MpiProcess.Run(folder.Path, 2, [.. arguments, "--quiet"]);

        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.Single(refused.Error.Split('\n'), line => line.Contains($"{found}") && line.Contains("; expected "));
        Assert.Equal(["d.csv", "p.toml"], folder.Names());
    }

    private async Task Agree(int ranks, string threads, params string[] options)
    {
        var one = await folder.Workbench([.. Small, .. options, "--out", "one"]);
        Assert.Equal((0, ""), (one.ExitCode, one.Error));
        var all = await MpiProcess.Run(folder.Path, ranks, [.. Small, .. options, "--threads", threads, "--out", "all"]);
        Assert.Equal(0, all.ExitCode);
        Assert.Equal(Text(one), Text(all));
    }

    /// <summary>All results, the digest among them, without what the machine says of itself.</summary>
    private static string Text(WorkbenchProcess process)
    {
        var results = Results(process).AsObject();
        foreach (var name in (string[])["threads", "seconds", "pairsPerSecond", "folder"])
            Assert.True(results.Remove(name));
        Assert.Matches("^[0-9a-f]{64}$", results["digest"]!.GetValue<string>());
        return results.ToJsonString();
    }

    private static JsonNode Results(WorkbenchProcess process) => JsonNode.Parse(process.Output)!;

    private static string Digest(WorkbenchProcess process) => Results(process)["digest"]!.GetValue<string>();
}

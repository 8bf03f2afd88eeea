using System.Text.Json;
using MeanField.Core;
using MeanField.Engine.Runs;
using Parquet;

namespace MeanField.Engine.Tests.Runs;

/// <summary>How runs end: whole, by numbers that are not finite, by the user, by a disk that refuses.</summary>
public sealed class SimulationRunTests : IDisposable
{
    private const int Nodes = 5;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    private string Output => folder.File("run");

    private RunResult Run(PreparedRun run, Action<double>? seen = null, CancellationToken cancel = default) =>
        SimulationRun.Of(run, Options, new Listening(seen ?? (_ => { })), cancel);

    private SimulationOptions Options => new(1, "", Output, Force: false);

    // From rest the cubic neuron leaves 0 by noise alone; the explicit scheme then overshoots until the drift overflows.
    private static PreparedRun BlowingUp(params IEnumerable<string> settings) =>
        Problems.Prepare(
            Problems.T1,
            [
                "neuron.activation=w^3*x",
                "energy.beta=1e6",
                "run.particles=40",
                "run.replicas=3",
                "run.steps=20",
                "run.snapshots=0",
                $"input.nodes={Nodes}",
                .. settings,
            ]
        );

    [Fact]
    public void A_whole_run_leaves_a_complete_folder_whose_problem_runs_again_to_the_same_digest()
    {
        var result = Run(Problems.Prepare(Problems.Sine, "run.particles=20", "run.replicas=2", "run.steps=7", "run.snapshots=3"));

        Assert.IsType<RunStatus.Completed>(result.Status);
        Assert.Equal(
            [".lock", "log.txt", "metrics.parquet", "particles-2.npy", "particles-4.npy", "particles-7.npy", "problem.toml", "run.json"],
            Directory.EnumerateFiles(Output).Select(Path.GetFileName).Order()
        );
        var last = NpyFile.Read(Path.Combine(Output, "particles-7.npy"), Location.Nowhere);
        Assert.Equal((2 * 20, 3), (last.Rows, last.Columns));
        Assert.Equal(result.Digest, Digest.Of([last.Values]));
        Assert.Equal(result.Digest, Problems.Run(Problems.Prepare(File.ReadAllText(Path.Combine(Output, "problem.toml")))).Digest);
    }

    [Theory]
    [InlineData("run.scheme=heun", "run.scheme = \"euler\"")]
    [InlineData("run.start=prior", "run.start = \"zero\"")]
    [InlineData("run.dynamics=sgd", "run.batch = \"full\"")]
    public void Bridges_that_do_not_exist_are_refused_before_there_is_a_folder(string setting, string remedy)
    {
        var run = Problems.Prepare(Problems.Sine, "run.particles=20", "run.steps=7", setting);
        var options = new SimulationOptions(1, "", Output, Force: false, Bridges: true);

        var refused = Assert.Throws<FaultException>(() => SimulationRun.Of(run, options, new Listening(_ => { }), CancellationToken.None));

        Assert.Contains(remedy, FaultModule.message(refused.Fault));
        Assert.False(Directory.Exists(Output));
    }

    [Fact]
    public void Force_does_not_put_a_run_into_the_folder_of_its_problem_file()
    {
        var run = Problems.Prepare(Problems.Sine, "run.particles=20", "run.steps=7");
        Directory.CreateDirectory(Output);
        File.WriteAllText(Path.Combine(Output, "problem.toml"), "mine");
        var options = new SimulationOptions(1, Output + "/", Output, Force: true);

        var refused = Assert.Throws<FaultException>(() => SimulationRun.Of(run, options, new Listening(_ => { }), CancellationToken.None));

        Assert.Contains("the folder of the problem file", FaultModule.message(refused.Fault));
        Assert.Equal("mine", File.ReadAllText(Path.Combine(Output, "problem.toml")));
    }

    [Fact]
    public async Task Metrics_hold_every_recorded_step_of_every_replica_with_the_moments_at_the_nodes()
    {
        var result = Run(Problems.Prepare(Problems.Sine, "run.particles=20", "run.replicas=2", "run.steps=7", "run.record=3"));

        var (steps, costs, moments) = await Metrics();
        Assert.Equal([0, 2, 4, 6, 7, 0, 2, 4, 6, 7], steps);
        Assert.Equal(10, moments.Length);
        // Every neuron starts at 0, where fhat is 0 at every node.
        Assert.All(moments, list => Assert.Equal(Nodes, list.Length));
        Assert.Equal(new double[Nodes], moments[0]);
        Assert.DoesNotContain(0, moments[1]);
        Assert.Equal(result.Estimates.ControlCost.Value.Value!.Value, (costs[4]!.Value + costs[9]!.Value) / 2, 12);
        Assert.Equal(0, costs[0]);
    }

    [Fact]
    public async Task Numbers_that_are_not_finite_end_the_run_with_the_step_the_particle_and_the_last_good_state()
    {
        var result = Run(BlowingUp());

        var status = Assert.IsType<RunStatus.NonFinite>(result.Status);
        Assert.InRange(status.Step, 1, 19);
        Assert.Equal(status.Step / 20.0, status.Time, 15);
        Assert.InRange(status.Replica, 0, 2);
        Assert.InRange(status.Particle, 0, 39);
        Assert.Equal("w", Assert.Single(status.Parameters).Key);
        Assert.True(Math.Abs(status.Parameters[0].Value[0]) is > 1e10 or double.NaN, status.Reason);
        var kept = NpyFile.Read(Path.Combine(Output, $"particles-{status.Step}.npy"), Location.Nowhere);
        Assert.Equal(3 * 40, kept.Rows);
        Assert.All(kept.Values, value => Assert.True(double.IsFinite(value)));
        Assert.Equal(status.Step, (await Metrics()).Steps.Max());
        Assert.Equal("non-finite", Manifest().GetProperty("status").GetString());
        Assert.Equal(status.Reason, Manifest().GetProperty("statusReason").GetString());
    }

    [Fact]
    public void Checkpoints_come_by_steps_where_they_are_asked_for()
    {
        var run = Problems.Prepare(Problems.Sine, "run.particles=20", "run.replicas=2", "run.steps=7");

        SimulationRun.Of(run, Options with { CheckpointSeconds = 1e9, CheckpointSteps = 3 }, new Listening(_ => { }), default);

        var written = File.ReadLines(Path.Combine(Output, "log.txt")).Where(line => line.Contains("checkpoint after"));
        Assert.Equal(
            ["checkpoint after step 3 written", "checkpoint after step 6 written"],
            written.Select(line => line[line.IndexOf("checkpoint")..])
        );
    }

    /// <summary>They are made again: from the start, or from the last checkpoint, which comes whenever the disk is free.</summary>
    [Theory]
    [InlineData(1e9, false)]
    [InlineData(0, true)]
    public void The_particles_kept_are_those_of_a_run_that_stops_before(double checkpointSeconds, bool fromCheckpoint)
    {
        var run = SimulationRun.Of(BlowingUp(), Options with { CheckpointSeconds = checkpointSeconds }, new Listening(_ => { }), default);
        var status = Assert.IsType<RunStatus.NonFinite>(run.Status);
        Assert.Equal(fromCheckpoint, File.ReadAllText(Path.Combine(Output, "log.txt")).Contains("checkpoint after step"));
        var kept = NpyFile.Read(Path.Combine(Output, $"particles-{status.Step}.npy"), Location.Nowhere).Values;

        // The same step size and fewer steps: beta and the law do not change with the horizon, the prior's variance has no say in psi.
        var shorter = ReplicaEnd.Of(BlowingUp($"run.steps={status.Step}", $"energy.tau={status.Step / 20.0:R}"));

        Assert.Equal(shorter.SelectMany(end => end.Particles), kept);
    }

    [Fact]
    public void Means_that_overflow_over_finite_particles_are_a_numerical_failure_too()
    {
        // The last step leaves particles so large that their outputs' square overflows, although each of them is finite.
        var whole = Assert.IsType<RunStatus.NonFinite>(Run(BlowingUp()).Status);
        var result = Problems.Run(BlowingUp($"run.steps={whole.Step}", $"energy.tau={whole.Step / 20.0:R}"));

        var status = Assert.IsType<RunStatus.NonFinite>(result.Status);
        Assert.Equal(whole.Step, status.Step);
        Assert.True(double.IsFinite(status.Parameters[0].Value[0]));
        Assert.Null(result.Estimates.Value.Value.Value);
    }

    [Fact]
    public void Particles_whose_rows_no_array_holds_are_refused_before_the_run()
    {
        var fault = Assert.Throws<FaultException>(() =>
            Problems.Run(Problems.Prepare(Problems.Sine, "run.particles=1000000000", "run.replicas=1"))
        );

        // Three components: (2^31 - 57)/3.
        Assert.Contains("at most 715827863 particles of one replica", FaultModule.message(fault.Fault));
    }

    [Fact]
    public void The_user_may_stop_a_run_and_keeps_what_was_reached()
    {
        using var cancel = new CancellationTokenSource();
        var run = Problems.Prepare(Problems.Sine, "run.particles=20", "run.replicas=2", "run.steps=50", "run.snapshots=0");
        var pairsOfThreeSteps = SimulationRun.Pairs(run) * 3 / 50;

        var result = Run(
            run,
            done =>
            {
                if (done >= pairsOfThreeSteps)
                    cancel.Cancel();
            },
            cancel.Token
        );

        Assert.Equal(new RunStatus.Cancelled(3, 50), result.Status);
        Assert.Equal(result.Digest, Digest.Of([NpyFile.Read(Path.Combine(Output, "particles-3.npy"), Location.Nowhere).Values]));
        Assert.NotNull(result.Estimates.Risk.Value.Value);
        Assert.Equal("cancelled", Manifest().GetProperty("status").GetString());
    }

    [Fact]
    public void A_run_cancelled_before_its_first_step_says_that_no_step_was_taken()
    {
        var result = Run(Problems.Prepare(Problems.Sine, "run.particles=20", "run.steps=5"), cancel: new CancellationToken(true));

        Assert.Equal(new RunStatus.Cancelled(0, 5), result.Status);
        Assert.Equal("no step was taken", result.PairsPerSecond.Reason);
        Assert.Equal(0, result.Estimates.ControlCost.Value.Value);
    }

    [Fact]
    public void A_disk_that_refuses_in_the_middle_leaves_whole_files_only()
    {
        var run = Problems.Prepare(Problems.Sine, "run.particles=20", "run.steps=5", "run.snapshots=0");

        // A folder in the place of the time series: no user, not even the superuser, can replace it by a file.
        Assert.ThrowsAny<Exception>(() => Run(run, _ => Directory.CreateDirectory(Path.Combine(Output, "metrics.parquet", "x"))));

        Assert.Equal(
            [".lock", "log.txt", "particles-5.npy", "problem.toml", "run.json"],
            Directory.EnumerateFiles(Output).Select(Path.GetFileName).Order()
        );
        Assert.Equal("running", Manifest().GetProperty("status").GetString());
    }

    [Fact]
    public void A_folder_that_cannot_be_made_is_refused_before_anything_is_written()
    {
        File.WriteAllText(Output, "precious");
        var options = new SimulationOptions(1, "", Path.Combine(Output, "below"), Force: false);

        Assert.ThrowsAny<IOException>(() =>
            SimulationRun.Of(Problems.Prepare(Problems.Sine), options, new Listening(_ => { }), CancellationToken.None)
        );

        Assert.Equal("precious", File.ReadAllText(Output));
    }

    [Fact]
    public void Ensembles_beyond_the_memory_are_refused_with_both_figures()
    {
        var run = Problems.Prepare(Problems.Sine, "run.particles=700000000", "run.replicas=2000000");
        var message = FaultModule.message(Assert.Throws<FaultException>(() => Run(run)).Fault);

        // 2 million replicas x 700 million particles x 3 numbers of 8 bytes: steps overwrite them, files are written part by part.
        Assert.StartsWith("--set, key run.particles: found 33600000.0 GB of particles, ", message);
        Assert.Contains("; expected at most ", message);
        Assert.Contains("the memory of this process", message);
        Assert.False(Directory.Exists(Output));
    }

    /// <summary>The moments of 10^9 steps at five nodes, four replicas of them, and 256 times 128 bridges of three components.</summary>
    [Fact]
    public void Moments_that_bridges_keep_are_counted()
    {
        var run = Problems.Prepare(Problems.Sine, "run.steps=1000000000", "run.particles=1000");
        var options = new SimulationOptions(1, "", Output, Force: false, Bridges: true);

        var fault = Assert.Throws<FaultException>(() => SimulationRun.Of(run, options, new Listening(_ => { }), CancellationToken.None));

        Assert.Contains("160.0 GB of recorded moments and bridges", FaultModule.message(fault.Fault));
    }

    [Fact]
    public void A_noise_grid_with_more_steps_than_it_can_number_is_refused()
    {
        var run = Problems.Prepare(Problems.Sine, "run.steps=4096");
        var options = new SimulationOptions(1, "", Output, Force: false, NoiseLevel: 20);

        var fault = Assert
            .Throws<FaultException>(() => SimulationRun.Of(run, options, new Listening(_ => { }), CancellationToken.None))
            .Fault;

        Assert.Equal(
            "key --noise-level: found level 20 with 4096 steps, 4294967296 steps of the noise; expected at most 4294967295 steps of the noise; "
                + "lower the level or take fewer steps",
            FaultModule.message(fault)
        );
        Assert.False(Directory.Exists(Output));
    }

    private JsonElement Manifest() => JsonDocument.Parse(File.ReadAllText(Path.Combine(Output, "run.json"))).RootElement;

    private async Task<(long[] Steps, double?[] Costs, double[][] Moments)> Metrics()
    {
        await using var reader = await ParquetReader.CreateAsync(Path.Combine(Output, "metrics.parquet"));
        using var group = reader.OpenRowGroupReader(0);
        var fields = reader.Schema.DataFields;
        var (steps, costs) = (new long[group.RowCount], new double?[group.RowCount]);
        await group.ReadAsync<long>(fields.Single(field => field.Name == "step"), steps);
        await group.ReadAsync<double>(fields.Single(field => field.Name == "controlCost"), costs);
        var (moments, present, continued) = (
            new double[steps.Length * Nodes],
            new int[steps.Length * Nodes],
            new int[steps.Length * Nodes]
        );
        await group.ReadRawAsync<double>(fields[^1], moments, present, continued);
        return (steps, costs, [.. moments.Chunk(Nodes)]);
    }

    private sealed class Listening(Action<double> hear) : IProgress<double>
    {
        public void Report(double value) => hear(value);
    }
}

using System.Numerics;
using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Integrators;
using MeanField.Engine.Noise;
using MeanField.Engine.Runs;
using Microsoft.FSharp.Core;

namespace MeanField.Engine.Tests.Runs;

/// <summary>The same seed gives the same bits, however a run is carried out.</summary>
public sealed class ReproducibilityTests
{
    // Three superblocks, the last one ragged, so that threads can share a replica.
    private static PreparedRun Shared(int replicas, string precision = "double") =>
        Problems.Prepare(
            Problems.Sine,
            "run.particles=1100",
            $"run.replicas={replicas}",
            "run.steps=4",
            "run.seed=5",
            $"run.precision={precision}"
        );

    [Theory]
    [InlineData("double")]
    [InlineData("mixed")]
    [InlineData("single")]
    public void Threads_may_share_a_replica_or_take_whole_ones(string precision)
    {
        var run = Shared(replicas: 5, precision);
        Assert.Equal([false, false, true], new[] { 1, 2, 5 }.Select(threads => IsSideBySide(run, threads)));

        var digest = Problems.Run(run, threads: 1).Digest;

        Assert.Equal([digest, digest, digest], new[] { 2, 3, 5 }.Select(threads => Problems.Run(run, threads).Digest));
    }

    [Fact]
    public void Whole_replicas_may_be_more_than_threads()
    {
        var run = Shared(replicas: 6);
        Assert.Equal([true, true], new[] { 2, 3 }.Select(threads => IsSideBySide(run, threads)));

        Assert.Single(new[] { 1, 2, 3 }.Select(threads => Problems.Run(run, threads).Digest).Distinct());
    }

    /// <summary>A recorded step runs another program than the others: the drift must have the same bits in both.</summary>
    [Theory]
    [InlineData("double")]
    [InlineData("mixed")]
    [InlineData("single")]
    public void Recording_changes_no_bit(string precision)
    {
        string[] settings = ["run.particles=1100", "run.replicas=2", "run.steps=6", $"run.precision={precision}"];
        var runs = new[] { 6, 3, 1 }.Select(rows =>
            Problems.Run(Problems.Prepare(Problems.Sine, [.. settings, $"run.record={rows}", "run.snapshots=3"]))
        );

        var seen = runs.Select(run => (run.Digest, run.Estimates.ControlCost.Value.Value, run.Estimates.RiskDebiased.Value.Value));
        Assert.Single(seen.Distinct());
    }

    [Fact]
    public void A_replica_does_not_know_how_many_others_there_are()
    {
        var few = ReplicaEnd.Of(Shared(replicas: 2));
        var many = ReplicaEnd.Of(Shared(replicas: 5));

        Assert.Equal(few.SelectMany(end => end.Particles), many.Take(2).SelectMany(end => end.Particles));
        Assert.NotEqual(few[0].Particles, few[1].Particles);
    }

    [Fact]
    public void Pair_values_may_be_stored_or_computed_again()
    {
        var run = Shared(replicas: 1);
        Assert.NotEmpty(run.Step.Plan.Stored);

        Assert.Equal(Steps(run, Evaluation.DefaultMemoryCap, isNextKnown: false), Steps(run, memoryCap: 0, isNextKnown: true));
    }

    [Theory]
    [InlineData("euler")]
    [InlineData("heun")]
    public void The_next_visit_may_be_known_or_not(string scheme)
    {
        var run = Problems.Prepare(Problems.Sine, "run.particles=1100", "run.steps=4", $"run.scheme={scheme}");

        Assert.Equal(
            Steps(run, Evaluation.DefaultMemoryCap, isNextKnown: false),
            Steps(run, Evaluation.DefaultMemoryCap, isNextKnown: true)
        );
    }

    /// <summary>The first sweep of a step that was to come had other particles.</summary>
    [Fact]
    public void Steps_taken_again_from_the_start_are_the_same()
    {
        using var simulation = new Simulation(Shared(replicas: 1), new SimulationOptions(1, "", null, Force: false));
        var first = Twice();
        simulation.Return(null);
        Assert.Equal(first, Twice());

        double[] Twice()
        {
            for (var step = 0u; step < 2; step++)
                simulation.Advance(step, full: false, new Breakdown(), isNextFull: false);
            return simulation.Ensembles[0].Rows();
        }
    }

    [Fact]
    public void Half_as_many_steps_take_the_sums_of_two_increments_each()
    {
        // Nothing but noise moves these particles. The fine increments are scaled by sqrt(1/4), which no rounding disturbs.
        const string noise = """
            neuron.parameters = ["w"]
            energy.beta = 1
            energy.tau = 0.5
            energy.objective = "KL(mu, gamma)/beta"
            run.particles = 20
            run.replicas = 1
            """;
        var fine = ReplicaEnd.Of(Problems.Prepare(noise, "run.steps=2")).Single().Particles;
        var coarse = ReplicaEnd.Of(Problems.Prepare(noise, "run.steps=1"), noiseLevel: 1).Single().Particles;

        Assert.Equal(fine, coarse);
        Assert.Equal(20, fine.Distinct().Count());
    }

    [Theory]
    [InlineData("double")]
    [InlineData("mixed")]
    [InlineData("single")]
    public void Three_steps_equal_those_of_the_interpreter_bit_for_bit(string precision)
    {
        string[] settings = ["run.particles=37", "run.replicas=2", "run.steps=3", "run.seed=9", $"run.precision={precision}"];
        var run = Problems.Prepare(Problems.Sine, settings);

        Assert.Equal(
            Enumerable
                .Range(0, 2)
                .SelectMany(replica => precision == "single" ? Interpreted<float>(run, replica) : Interpreted<double>(run, replica)),
            ReplicaEnd.Of(run).SelectMany(end => end.Particles)
        );
    }

    private static bool IsSideBySide(PreparedRun run, int threads)
    {
        using var simulation = new Simulation(run, new SimulationOptions(threads, "", null, Force: false));
        return simulation.SideBySide;
    }

    /// <summary>Steps of two replicas in turns, every second step looked at in full; one of them is told of a visit that does not come.</summary>
    private static double[] Steps(PreparedRun run, long memoryCap, bool isNextKnown)
    {
        var layout = new ParticleLayout(1100, 3);
        var noise = new NoisePlan(1, run.Step.Target, Level: 0, IsSilent: false);
        var scheme = new Motion(0.25, run.Programs.Diffusion, run.Programs.Restoring, NoiseLevel: 0).By(run.Problem.Run.Scheme);
        using var stepper = new Stepper(run, layout, null, memoryCap, noise, scheme, false);
        using var one = new Ensemble(layout, 0, run.Step.ParticleFormat, scheme.Evaluations > 1);
        using var other = new Ensemble(layout, 1, run.Step.ParticleFormat, scheme.Evaluations > 1);
        Visit[] visits =
        [
            .. Enumerable.Range(0, 4).SelectMany(step => new[] { one, other }.Select(each => new Visit(each, (uint)step, step % 2 == 0))),
        ];
        for (var visit = 0; visit < visits.Length; visit++)
        {
            var next = visit + 1 < visits.Length ? visits[visit + 1] : null;
            if (visit == 5)
                next = next! with { Ensemble = other };
            stepper.Advance(visits[visit], isNextKnown ? next : null, new Breakdown());
        }
        return [.. one.Rows(), .. other.Rows()];
    }

    /// <summary>The Euler chain by the interpreter of programs and single draws of noise, its particles in the arithmetic of T.</summary>
    private static double[] Interpreted<T>(PreparedRun run, int replica)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var settings = run.Problem.Run;
        var noise = new NormalNoise<T>((ulong)settings.Seed, new ParticleLayout(settings.Particles, 3), VectorTarget.Scalar);
        var step = settings.Horizon.Value / settings.Steps;
        var (eta, scale) = (T.CreateTruncating(step), T.CreateTruncating(Math.Sqrt(step)));
        var state = new double[settings.Particles * 3];
        for (var number = 0u; number < settings.Steps; number++)
        {
            var drifts = Drifts(run, state);
            for (var i = 0; i < state.Length; i++)
            {
                var xi = noise.Number((uint)(i / 3), i % 3, number, (uint)replica, NoiseStream.Path);
                var drifted = T.FusedMultiplyAdd(eta, T.CreateTruncating(drifts[i]), T.CreateTruncating(state[i]));
                state[i] = double.CreateChecked(T.FusedMultiplyAdd(scale, xi, drifted));
            }
        }
        return state;
    }

    private static double[] Drifts(PreparedRun run, double[] state)
    {
        string[] blocks = ["a", "b", "c"];
        var uniforms = Theory.uniforms(run.Problem);
        var particles = state.Length / 3;
        var outputs = Interpreter.run(
            FuncConvert.FromFunc<Format, string, double, double>(ElementaryFunctions.Evaluate),
            run.Problem.Run.Precision,
            run.Programs.Step,
            FuncConvert.FromFunc<string, double[]>(name => name == "1/N" ? [1.0 / particles] : uniforms[name]),
            FuncConvert.FromFunc<string, double[][]>(name => [.. run.Table![name].Values.Chunk(run.Table[name].Width)]),
            FuncConvert.FromFunc<string, double[][]>(name =>
                [.. Enumerable.Range(0, particles).Select(particle => new[] { state[3 * particle + Array.IndexOf(blocks, name)] })]
            )
        );
        return [.. Enumerable.Range(0, state.Length).Select(i => outputs[$"drift.{blocks[i % 3]}"][i / 3][0])];
    }
}

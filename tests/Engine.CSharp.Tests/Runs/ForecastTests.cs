using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Runs;
using MeanField.Engine.Tests.Collectives;

namespace MeanField.Engine.Tests.Runs;

public sealed class ForecastTests
{
    private static readonly SimulationOptions Options = new(1, "", null, Force: false);

    /// <summary>A state and a copy of 2 x 112 padded particles and the rows of one replica, twice, 3 numbers of 8 bytes each; 2 x 10 rows of 5 moments.</summary>
    [Fact]
    public void Memory_is_the_sum_of_its_parts_each_as_large_as_its_numbers()
    {
        var run = Problems.Prepare(Problems.Sine, "run.particles=100", "run.replicas=2", "run.steps=40", "run.record=10");
        var memory = RunMemory.Of(run, Options);
        Assert.Equal((2 * 112 * 2 + 112 * 2) * 3 * 8, memory.Particles);
        Assert.Equal(2 * 10 * 5 * 8, memory.Moments);
        Assert.Equal(0, memory.Bridges);
        Assert.True(memory.Evaluations > 0);
        Assert.Equal(memory.Particles + memory.Evaluations + memory.Moments, memory.Bytes);
        Assert.True(RunMemory.Of(run, Options with { Bridges = true }).Bridges > 0);
        Assert.True(memory.Fits);
    }

    /// <summary>Of 8 superblocks 4 keep their pair values here, in half of the memory; one replica at a time is worked on.</summary>
    [Fact]
    public void Processes_on_one_machine_divide_pair_values_crews_and_memory()
    {
        var run = Problems.Prepare(Problems.Sine, $"run.particles={8 * 512}", "run.replicas=4");
        var two = Options with { Threads = 2 };
        var (alone, shared) = (RunMemory.Of(run, two), RunMemory.Of(run, two with { Ranks = Ranks.Run(2, ranks => ranks)[1] }));
        var layout = new ParticleLayout(8 * 512, 3);
        double Step(int workers, int processes) =>
            EvaluationMemory.Of(run.Step, layout, run.Nodes, workers, long.MaxValue, processes).Total
            + (EvaluationMemory.Of(run.Metrics!, layout, run.Nodes, workers, long.MaxValue, processes) with { Pairs = 0 }).Total;

        Assert.Equal(2 * Step(workers: 1, processes: 1) - Step(workers: 2, processes: 2), alone.Evaluations - shared.Evaluations);
        Assert.Equal(
            EvaluationMemory.Of(run.Step, layout, run.Nodes, 1, long.MaxValue).Pairs,
            2 * EvaluationMemory.Of(run.Step, layout, run.Nodes, 1, long.MaxValue, processes: 2).Pairs
        );
        Assert.Equal(alone.Available, 2 * shared.Available);
        Assert.Equal(alone.Particles, shared.Particles);
    }

    [Fact]
    public void What_cannot_fit_has_the_refusal_of_the_run_and_its_numbers()
    {
        var run = Problems.Prepare(Problems.Sine, "run.particles=700000000", "run.replicas=2000000");
        var memory = RunMemory.Of(run, Options);
        var refused = Assert.Throws<FaultException>(() => RunMemory.Check(run, Options));
        Assert.False(memory.Fits);
        Assert.Equal(2e6 * 7e8 * 3 * 8, memory.Particles, 1e8);
        Assert.Equal(FaultModule.message(refused.Fault), FaultModule.message(memory.Refusal!.Fault));
    }

    [Theory]
    [InlineData(40, 10, 10)] // 0, 4, ..., 36
    [InlineData(41, 10, 11)]
    [InlineData(7, 100, 7)]
    [InlineData(10, 1, 1)]
    public void Steps_are_told_apart_as_a_run_records_them(int steps, int record, int recorded)
    {
        var run = Problems.Prepare(Problems.Sine, "run.particles=20", $"run.steps={steps}", $"run.record={record}");
        var forecast = Forecast.Of(run, RunMemory.Of(run, Options), Options, default);
        Assert.Equal((recorded, steps - recorded), (forecast.RecordedSteps, forecast.PlainSteps));
    }

    [Fact]
    public void A_run_follows_from_its_steps()
    {
        var forecast = new Forecast(new RunMemory(1, 2, 3, 4, 100), 20, 0.5, new Measured(2, 0.1), new Measured(3, 0.2), 0.25, 40, 10);
        Assert.Equal(0.5 + 80 + 30 + 0.25, forecast.Seconds);
        Assert.Equal(4 + 2, forecast.Error, 1e-12);
        Assert.Equal(10 * (3 - 2) / 110.75, forecast.RecordingShare, 1e-15);
    }

    /// <summary>2^24 pairs are a step: of 8 x 2^20 particles at 64 nodes 2^18 of one replica.</summary>
    [Fact]
    public void Large_ensembles_are_measured_in_part_and_scaled_by_their_pairs()
    {
        var run = Problems.Prepare(Problems.Sine, $"run.particles={1 << 20}", "run.replicas=8", "input.nodes=64");
        var sample = StepSample.Of(run, Options);
        Assert.Equal((1 << 18, 1), (sample.Run.Problem.Run.Particles, sample.Run.Problem.Run.Replicas));
        Assert.Equal(8 * 4, sample.Scale);
        Assert.Equal(run.Problem.Run.Steps, sample.Run.Problem.Run.Steps);

        var small = Problems.Prepare(Problems.Sine, "run.particles=1000", "run.replicas=3");
        Assert.Equal(new StepSample(small, 1), StepSample.Of(small, Options with { Threads = 2 }));
    }

    [Fact]
    public void The_spread_leaves_single_interruptions_out()
    {
        var times = Measured.Of([.. Enumerable.Repeat(1.0, 20), 50]);
        Assert.Equal(new Measured(1, 0), times);
        var even = Measured.Of(Enumerable.Range(0, 10_001).Select(k => k / 10_000.0));
        Assert.Equal(0.5, even.Median, 1e-12);
        Assert.Equal(0.5 - 0.1587, even.Spread, 1e-12);
        Assert.Equal(new Measured(2, 0), Measured.Of([2]));
    }
}

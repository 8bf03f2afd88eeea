using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Throughput;

/// <summary>
/// What several processes gain, measured with those that there are and modelled for any number: a step takes its time in one process times the largest share of
/// superblocks, and the time of its exchanges. Processes wait for nobody, and what each does for all superblocks, adding their sums, costs nothing.
/// </summary>
/// <param name="Run">The run that was measured, cut down where it is large.</param>
/// <param name="Superblocks">Superblocks of one replica, which are divided.</param>
/// <param name="Links">How fast the processes exchange numbers.</param>
/// <param name="OfStep">What they exchange in a step.</param>
/// <param name="Alone">Seconds of a step that each process takes for itself, all at the same time.</param>
/// <param name="Shared">Seconds of a step that they share.</param>
public sealed record RankScaling(PreparedRun Run, int Superblocks, RankLinks Links, Exchange OfStep, Measured Alone, Measured Shared)
{
    private const int Rounds = 7;

    /// <summary>Seconds of a step by the model.</summary>
    public double Seconds(int ranks)
    {
        var share = (double)((Superblocks + ranks - 1) / ranks) / Superblocks;
        return share * Alone.Median + Links.Seconds(OfStep, ranks);
    }

    /// <summary>The speedup over the number of processes, by the model.</summary>
    public double Efficiency(int ranks) => Alone.Median / (ranks * Seconds(ranks));

    /// <summary>The same with the processes that there are, as measured.</summary>
    public double MeasuredEfficiency => Alone.Median / (Links.Ranks * Shared.Median);

    /// <summary>Collective. Measures steps of a run and messages, in turns for some seconds.</summary>
    /// <exception cref="FaultException">Several processes do not share such a run.</exception>
    public static RankScaling Of(PreparedRun run, SimulationOptions options, CancellationToken cancel)
    {
        RankLimits.Check(run, options, step: 0);
        var (ranks, sample) = (options.Ranks, StepSample.Of(run, options).Run);
        var counted = new CountedRanks(ranks);
        using var shared = new TimedSteps(sample, options with { Ranks = counted });
        using var alone = new TimedSteps(sample, options with { Ranks = OneProcess.Alone });
        var before = counted.Total;
        shared.Step();
        var exchange = new Exchange(counted.Total.Calls - before.Calls, counted.Total.Bytes - before.Bytes);
        var times = new List<(double Alone, double Shared)>();
        for (var round = 0; round <= Rounds; round++)
        {
            cancel.ThrowIfCancellationRequested();
            var own = Seconds(alone);
            // Who is through first would wait for the others within a step.
            ranks.Told(0);
            var together = Seconds(shared);
            if (round > 0)
                times.Add((own, together));
        }
        return new RankScaling(
            sample,
            new ParticleLayout(sample.Problem.Run.Particles, KernelProgramModule.dimension(sample.Programs.Step)).Superblocks,
            RankLinks.Of(ranks, cancel),
            exchange,
            Measured.Of(times.Select(time => time.Alone)),
            Measured.Of(times.Select(time => time.Shared))
        );

        static double Seconds(TimedSteps steps) => steps.Pairs / steps.Measure();
    }
}

using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Throughput;

/// <summary>Steps of a run without rows, as the product takes them: moments, drifts, noise, update and the search for numbers that are not finite.</summary>
internal sealed class TimedSteps : IDisposable
{
    private const double SecondsOfRound = 0.02;

    private readonly PreparedRun run;
    private readonly Simulation simulation;
    private readonly ICommunicator ranks;
    private uint number;

    public TimedSteps(PreparedRun run, SimulationOptions options)
    {
        RunMemory.Check(run, options);
        (this.run, Threads, ranks) = (run, options.Threads, options.Ranks);
        simulation = new Simulation(run, options);
        Step();
    }

    /// <summary>Threads of these steps.</summary>
    public int Threads { get; }

    /// <summary>The precision of the run.</summary>
    public Precision Precision => run.Problem.Run.Precision;

    /// <summary>Pairs of a step of all replicas; a scheme that evaluates drifts twice counts them once.</summary>
    public double Pairs => run.Problem.Run.Replicas * StepSample.PairsOf(run, run.Problem.Run.Particles);

    /// <summary>Useful floating-point operations of a step on pairs.</summary>
    public double Operations
    {
        get
        {
            var (program, format, settings) = (run.Drift.Program, run.Step.PairFormat, run.Problem.Run);
            var ofParticle =
                (double)run.Inputs * PairArithmetic.OfNodes(program).OperationsOf(format)
                + (double)settings.Particles * PairArithmetic.OfOthers(program).OperationsOf(format);
            return simulation.Scheme.Evaluations * settings.Replicas * settings.Particles * ofParticle;
        }
    }

    /// <summary>Collective. Pairs a second by some hundredths of a second of steps, so many as the clock of the first process says.</summary>
    public double Measure()
    {
        var (steps, seconds) = (0, 0.0);
        do
        {
            seconds += Measured.Seconds(Step);
            steps++;
        } while (ranks.Told(seconds)[0] < SecondsOfRound);
        return steps * Pairs / seconds;
    }

    public void Dispose() => simulation.Dispose();

    /// <summary>Collective. Takes the next step.</summary>
    public void Step() => simulation.Advance(number++, full: false, new Breakdown(ranks), isNextFull: false);
}

using System.Diagnostics;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;

namespace MeanField.Engine.Runs;

/// <summary>How a run ended.</summary>
/// <param name="Status">The status.</param>
/// <param name="Step">Steps taken.</param>
/// <param name="Seen">What was seen of every replica then.</param>
/// <param name="SecondsOfSteps">Wall-clock time of the steps.</param>
/// <param name="Bridges">The averages over bridges, where the run was asked for them.</param>
internal sealed record RunEnd(RunStatus Status, long Step, Observation[] Seen, double SecondsOfSteps, BridgeAveraging? Bridges);

/// <summary>The steps of a run, from its start or from a state of an earlier process, with checkpoints on the way.</summary>
internal sealed class StepLoop(
    PreparedRun run,
    Simulation simulation,
    Recorder recorder,
    BridgeAveraging? bridges,
    Checkpoints checkpoints,
    Stopwatch clock,
    ICommunicator ranks
)
{
    private readonly int steps = run.Problem.Run.Steps;
    private readonly Stopwatch watch = new();
    private (long Step, double Seconds, double SecondsOfSteps) before;

    /// <summary>Wall-clock time of the run, that of earlier processes included.</summary>
    public double Seconds => before.Seconds + clock.Elapsed.TotalSeconds;

    private double SecondsOfSteps => before.SecondsOfSteps + watch.Elapsed.TotalSeconds;

    /// <summary>Goes on from a state, which the simulation has the particles of.</summary>
    public void Restore(RunState state)
    {
        before = (state.Step, state.Seconds, state.SecondsOfSteps);
        recorder.Restore(state);
        bridges?.Restore(state.Laws);
    }

    /// <summary>Takes the steps; <paramref name="progress"/> receives the pairs done here, <paramref name="built"/> is called after each of the
    /// first two steps, which build the kernels of all others: a recorded one and one between rows have kernels of their own.</summary>
    public RunEnd Run(IProgress<double> progress, Action built, CancellationToken cancel)
    {
        var pairsOfStep = SimulationRun.Pairs(run) / steps;
        watch.Start();
        for (var step = before.Step; ; step++)
        {
            var breakdown = new Breakdown(ranks);
            var (stops, isDue) = Agreed(step, cancel);
            if (step == steps || stops)
                return End(step, breakdown);
            if (isDue)
                checkpoints.Begin(State(step), recorder.Table);
            foreach (var ensemble in bridges is null ? [] : simulation.Ensembles)
                bridges!.Note(ensemble);
            var seen = simulation.Advance((uint)step, recorder.IsRecorded(step), breakdown, IsNextFull(step));
            if (step <= before.Step + 1)
                built();
            if (breakdown.First is not null)
            {
                Repeat(step);
                return End(step, breakdown);
            }
            if (recorder.IsRecorded(step))
                recorder.Row(step, seen);
            recorder.Step(seen);
            recorder.Snapshot(step + 1, simulation);
            progress.Report((step + 1 - before.Step) * pairsOfStep);
        }
    }

    /// <summary>Whether the step after this is recorded; null behind the last one.</summary>
    private bool? IsNextFull(long step) => step + 1 < steps ? recorder.IsRecorded(step + 1) : null;

    /// <summary>Whether anybody wants to stop, and whether the first process, whose clock counts, is to write a checkpoint of what is new.</summary>
    private (bool Stops, bool IsDue) Agreed(long step, CancellationToken cancel)
    {
        var (stops, isDue) = (cancel.IsCancellationRequested, step > before.Step && checkpoints.AreDue(step));
        if (ranks.Size == 1)
            return (stops, isDue);
        var told = ranks.Told((stops ? 1 : 0) + (isDue ? 2 : 0));
        return (told.Any(one => one is 1 or 3), told[0] >= 2);
    }

    /// <summary>The end has a row of its own, which a run that goes on from here does not have: a checkpoint comes before it.</summary>
    private RunEnd End(long step, Breakdown breakdown)
    {
        if (step < steps && breakdown.First is null)
            checkpoints.Begin(State(step), recorder.Table);
        var seconds = SecondsOfSteps;
        var seen = simulation.Observe((uint)step, breakdown);
        recorder.Row(step, seen);
        return new RunEnd(StatusAt(step, breakdown), step, seen, seconds, bridges);
    }

    private RunState State(long step) =>
        new(
            step,
            Seconds,
            SecondsOfSteps,
            simulation.Particles(),
            [.. recorder.Costs.Select(cost => cost.Sums)],
            recorder.Table.Rows(),
            bridges?.Noted() ?? []
        );

    /// <summary>The step that broke down has overwritten particles: those before it are made again, to the same bits, from the newest checkpoint or from
    /// the start.</summary>
    private void Repeat(long step)
    {
        watch.Stop();
        for (var done = simulation.Return(checkpoints.Newest()); done < step; done++)
            simulation.Advance((uint)done, recorder.IsRecorded(done), new Breakdown(ranks), IsNextFull(done));
        simulation.Gather();
    }

    private RunStatus StatusAt(long step, Breakdown breakdown) =>
        breakdown.First is { } broken ? Broken(step, broken)
        : step == steps ? new RunStatus.Completed()
        : new RunStatus.Cancelled(step, steps);

    private RunStatus.NonFinite Broken(long step, BrokenParticle broken)
    {
        var ensemble = simulation.Ensembles[broken.Replica];
        var part = run.Broken(ensemble, broken.Particle);
        var particle = part?.Particle ?? broken.Particle;
        var blocks = new List<KeyValuePair<string, double[]>>();
        var (start, parameters) = (0, ensemble.Parameters(particle));
        foreach (var block in run.Programs.Step.Blocks)
        {
            blocks.Add(new(block.Name, parameters[start..(start + block.Width)]));
            start += block.Width;
        }
        return new RunStatus.NonFinite(step, step * run.Problem.Run.Horizon.Value / steps, broken.Replica, particle, blocks, part);
    }
}

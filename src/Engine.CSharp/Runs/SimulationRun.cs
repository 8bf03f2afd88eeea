using System.Diagnostics;
using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Runs;

/// <summary>
/// A run from the problem to its folder: prepare, simulate step by step, summarise. Whatever ends it - the last step, a number that is
/// not finite, the user - the last good state and everything recorded up to it are written.
/// </summary>
public sealed class SimulationRun
{
    private readonly PreparedRun run;
    private readonly SimulationOptions options;
    private readonly RunFolder folder;
    private readonly DateTimeOffset started = DateTimeOffset.Now;
    private readonly Stopwatch clock = Stopwatch.StartNew();

    private SimulationRun(PreparedRun run, SimulationOptions options)
    {
        (this.run, this.options) = (run, options);
        folder = RunFolder.Create(options.OutputFolder, run.Problem.Title, started, options.Force);
    }

    /// <summary>Pairs of a particle and a node, or a fresh sample, of all steps: the unit of progress.</summary>
    public static double Pairs(PreparedRun run)
    {
        var settings = run.Problem.Run;
        var inputs = settings.Batch.IsFull ? run.Nodes : settings.Batch.Samples;
        return (double)settings.Replicas * settings.Particles * inputs * settings.Steps;
    }

    /// <summary>
    /// Runs a prepared problem. <paramref name="progress"/> receives the pairs done. A cancelled run returns, too, with its status.
    /// </summary>
    /// <exception cref="FaultException">The output folder exists, the ensembles do not fit into memory, or the noise has too many steps.</exception>
    public static RunResult Of(PreparedRun run, SimulationOptions options, IProgress<double> progress, CancellationToken cancel)
    {
        Memory.Check(run, options);
        CheckNoise(run, options);
        return new SimulationRun(run, options).Simulate(progress, cancel);
    }

    /// <summary>The noise numbers its fine steps in 32 bits.</summary>
    private static void CheckNoise(PreparedRun run, SimulationOptions options)
    {
        var (steps, fine) = (run.Problem.Run.Steps, (long)run.Problem.Run.Steps << options.NoiseLevel);
        if (fine > uint.MaxValue)
            throw new FaultException(
                FaultModule.invalid(
                    new Location("", 0, 0, "--noise-level"),
                    $"level {options.NoiseLevel} with {steps} steps, {fine} steps of the noise",
                    $"at most {uint.MaxValue} steps of the noise",
                    "",
                    "lower the level or take fewer steps"
                )
            );
    }

    private RunResult Simulate(IProgress<double> progress, CancellationToken cancel)
    {
        folder.WriteProblem(ProblemModule.toToml(ProblemModule.resolvePaths(options.ProblemFolder, run.Problem)));
        WriteManifest(new RunStatus.Running(), null);
        folder.Log($"started: {run.Problem.Title}");
        using var simulation = new Simulation(run, options);
        var recorder = new Recorder(run, folder);
        var kernels = new KernelLog(run, simulation, folder);
        using var bridges = options.Bridges ? Bridges(simulation) : null;
        var (status, step, seen, seconds) = Steps(simulation, recorder, bridges, kernels, progress, cancel);
        var result = Summarise(simulation, recorder, status, new RunEnd(step, bridges), seen, seconds);
        kernels.Write();
        folder.WriteMetrics(recorder.Table);
        WriteManifest(status, result);
        folder.Log($"ended: {status.Name}{(status.Reason is { } reason ? $" ({reason})" : "")}");
        return result;
    }

    /// <summary>The main loop: the status, the steps taken, what was seen of the state then, the seconds of the steps.</summary>
    private (RunStatus Status, long Step, Observation[] Seen, double Seconds) Steps(
        Simulation simulation,
        Recorder recorder,
        BridgeAveraging? bridges,
        KernelLog kernels,
        IProgress<double> progress,
        CancellationToken cancel
    )
    {
        var steps = run.Problem.Run.Steps;
        var pairsOfStep = Pairs(run) / steps;
        var watch = Stopwatch.StartNew();
        for (var step = 0; ; step++)
        {
            var breakdown = new Breakdown();
            if (step == steps || cancel.IsCancellationRequested)
                return End(step, breakdown);
            foreach (var ensemble in bridges is null ? [] : simulation.Ensembles)
                bridges!.Note(ensemble);
            var seen = simulation.Advance((uint)step, recorder.IsRecorded(step), breakdown);
            // The first step has built the kernels of all others.
            if (step == 0)
                kernels.Write();
            if (breakdown.First is not null)
                return End(step, breakdown);
            if (recorder.IsRecorded(step))
                recorder.Row(step, seen);
            recorder.Step(seen);
            simulation.Commit();
            recorder.Snapshot(step + 1, simulation);
            progress.Report((step + 1) * pairsOfStep);
        }

        (RunStatus, long, Observation[], double) End(long step, Breakdown breakdown)
        {
            var seen = simulation.Observe((uint)step, breakdown);
            recorder.Row(step, seen);
            return (StatusAt(step, breakdown), step, seen, watch.Elapsed.TotalSeconds);
        }
    }

    private RunStatus StatusAt(long step, Breakdown breakdown) =>
        breakdown.First is { } broken ? Broken(step, broken)
        : step == run.Problem.Run.Steps ? new RunStatus.Completed()
        : new RunStatus.Cancelled(step, run.Problem.Run.Steps);

    private RunStatus.NonFinite Broken(long step, BrokenParticle broken)
    {
        var blocks = new List<KeyValuePair<string, double[]>>();
        var start = 0;
        foreach (var block in run.Programs.Step.Blocks)
        {
            blocks.Add(new(block.Name, broken.Parameters[start..(start + block.Width)]));
            start += block.Width;
        }
        return new RunStatus.NonFinite(
            step,
            step * run.Problem.Run.Horizon.Value / run.Problem.Run.Steps,
            broken.Replica,
            broken.Particle,
            blocks
        );
    }

    private RunResult Summarise(Simulation simulation, Recorder recorder, RunStatus status, RunEnd end, Observation[] seen, double seconds)
    {
        var step = end.Step;
        var particles = simulation.Particles();
        recorder.Particles(step, particles);
        var pairs = Pairs(run) * step / run.Problem.Run.Steps;
        return new RunResult(
            Settings(),
            status,
            new Summary(run, simulation, seen, recorder.Costs, end).Estimates(),
            ParticleLaw.Of(particles.Replicas, particles.Dimension),
            step == 0 ? Quantity.Absent("no step was taken") : Quantity.Of(pairs / seconds),
            Quantity.Of(clock.Elapsed.TotalSeconds),
            particles.Digest(),
            folder.Path
        );
    }

    /// <summary>Bridges, where every step's drift is a function of the particle and its ensemble's moments alone.</summary>
    private BridgeAveraging Bridges(Simulation simulation)
    {
        var settings = run.Problem.Run;
        if (ControlCostRule.WhyNoChain(settings) is { } reason)
            throw Refused(reason);
        if (!settings.Batch.IsFull)
            throw Refused("the drift of fresh samples is the same for all particles: take run.batch = \"full\"");
        var programs = DynamicsPrograms.frozen(run.Problem);
        return programs.IsOk
            ? new BridgeAveraging(run, programs.ResultValue, simulation.Ensembles[0].Layout, options)
            : throw new FaultException(programs.ErrorValue);

        static FaultException Refused(string reason) =>
            new(
                FaultModule.invalid(
                    new Location("", 0, 0, "--kl"),
                    reason,
                    "the greedy dynamics from 0 by Euler's scheme over all nodes",
                    "",
                    "leave --kl out: klLower and klUpper remain"
                )
            );
    }

    private RunSettings Settings()
    {
        var asked = run.Problem.Run;
        return new RunSettings(
            asked.Dynamics.ToString().ToLowerInvariant(),
            asked.Particles,
            asked.Steps,
            asked.Horizon.Value,
            asked.Seed,
            asked.Replicas,
            asked.Precision.ToString().ToLowerInvariant(),
            options.Threads
        );
    }

    private void WriteManifest(RunStatus status, RunResult? results) =>
        folder.WriteManifest(
            new Manifest
            {
                Title = run.Problem.Title,
                Started = started,
                Platform = Platform.Here(),
                Seed = run.Problem.Run.Seed,
                Options = new Dictionary<string, string> { ["noiseLevel"] = $"{options.NoiseLevel}", ["threads"] = $"{options.Threads}" },
                ProgramHash = run.Programs.Step.Hash,
                Columns = run.Input?.Columns,
                InputStandardization = run.Input?.InputStandardization,
                TargetStandardization = run.Input?.TargetStandardization,
                Status = status,
                Results = results,
            }
        );
}

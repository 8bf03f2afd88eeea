using System.Diagnostics;
using MeanField.Core;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Minimisers;

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
    private readonly Resumption? resumption;
    private readonly FrozenPrograms? frozen;
    private readonly DateTimeOffset started;
    private readonly Stopwatch clock = Stopwatch.StartNew();

    private SimulationRun(PreparedRun run, SimulationOptions options, Resumption? resumption)
    {
        (this.run, this.options, this.resumption) = (run, options, resumption);
        // What is refused is refused before there is a folder, and before an earlier run in it is deleted.
        frozen = options.Bridges ? Frozen(run.Problem) : null;
        started = resumption?.Recorded.Started ?? DateTimeOffset.Now;
        folder =
            resumption?.Folder
            ?? (
                options.Ranks.Rank == 0
                    ? RunFolder.Create(options.OutputFolder, run.Problem.Title, started, options.Force)
                    : RunFolder.Unwritten(options.OutputFolder)
            );
    }

    /// <summary>Whether a run takes the minimiser of its problem: it follows the optimal control, or is compared with it.</summary>
    public static bool NeedsOptimum(PreparedRun run, SimulationOptions options) =>
        run.IsOptimal || (options.Compares && ControlCostRule.WhyNoChain(run.Problem.Run) is null);

    /// <summary>Pairs of a particle and a node, or a fresh sample, of all steps: the unit of progress.</summary>
    public static double Pairs(PreparedRun run)
    {
        var settings = run.Problem.Run;
        return (double)settings.Replicas * settings.Particles * run.Inputs * settings.Steps;
    }

    /// <summary>
    /// Runs a prepared problem, or goes on with an interrupted run, to the same bits as if it had not been interrupted.
    /// <paramref name="progress"/> receives the pairs done by this process. A cancelled run returns, too, with its status.
    /// </summary>
    /// <exception cref="FaultException">The output folder exists, the ensembles do not fit into memory, or the noise has too many steps.</exception>
    public static RunResult Of(
        PreparedRun run,
        SimulationOptions options,
        IProgress<double> progress,
        CancellationToken cancel,
        Resumption? resumption = null
    )
    {
        if (NeedsOptimum(run, options) && run.Optimum is null)
            run = run with { Optimum = Optimum.Of(run.Problem, options.ProblemFolder, options.Threads, _ => { }, cancel) };
        RankLimits.Check(run, options, resumption?.Step ?? 0);
        RunMemory.Check(run, options);
        CheckNoise(run, options);
        RunFolder.CheckForced(options.OutputFolder, options.Force, options.ProblemFolder);
        var simulation = new SimulationRun(run, options, resumption);
        using (simulation.folder)
            return simulation.Simulate(progress, cancel);
    }

    /// <summary>The noise numbers its fine steps in 32 bits.</summary>
    private static void CheckNoise(PreparedRun run, SimulationOptions options)
    {
        var (steps, fine) = (run.Problem.Run.Steps, (long)run.Problem.Run.Steps << options.NoiseLevel);
        if (fine > uint.MaxValue)
            throw new FaultException(
                FaultModule.invalid(
                    Location.OfKey("--noise-level"),
                    $"level {options.NoiseLevel} with {steps} steps, {fine} steps of the noise",
                    $"at most {uint.MaxValue} steps of the noise",
                    "",
                    "lower the level or take fewer steps"
                )
            );
    }

    private RunResult Simulate(IProgress<double> progress, CancellationToken cancel)
    {
        // The manifest first: it names the options, and a run without a problem beside it has computed nothing.
        WriteManifest(new RunStatus.Running(), null);
        folder.WriteProblem(ProblemModule.toToml(ProblemModule.resolvePaths(options.ProblemFolder, run.Problem)));
        using var simulation = new Simulation(run, options);
        using var writer = new BackgroundWriter();
        var recorder = new Recorder(run, folder, writer, ControlCostRule.Compares(run, options), options.Watcher);
        using var bridges = frozen is null ? null : new BridgeAveraging(run, frozen, simulation.Ensembles[0].Layout, options);
        var loop = new StepLoop(
            run,
            simulation,
            recorder,
            bridges,
            new Checkpoints(folder, writer, options.CheckpointSeconds, options.CheckpointSteps),
            clock,
            options.Ranks
        );
        Begin(loop, simulation, recorder, bridges);
        if (options.Ranks.Size > 1)
            folder.Log($"shared by {options.Ranks.Size} processes");
        var kernels = new KernelLog(run, simulation, folder);
        var end = loop.Run(progress, kernels.Write, cancel);
        writer.Finish();
        var result = Summarise(simulation, recorder, end, () => loop.Seconds);
        kernels.Write();
        folder.WriteMetrics(recorder.Table);
        WriteManifest(end.Status, result);
        if (folder.IsWritten && end.Status is not RunStatus.Cancelled)
            Checkpoint.DeleteAll(folder.Path);
        folder.Log($"ended: {end.Status.Name}{(end.Status.Reason is { } reason ? $" ({reason})" : "")}");
        return result;
    }

    /// <summary>Goes on from the checkpoint, where there is one.</summary>
    private void Begin(StepLoop loop, Simulation simulation, Recorder recorder, BridgeAveraging? bridges)
    {
        if (resumption is null)
        {
            folder.Log($"started: {run.Problem.Title}");
            return;
        }
        foreach (var warning in resumption.Warnings)
            folder.Log($"warning: {warning}");
        // An interrupted run has left the particles of its last step.
        folder.DeleteParticles(step => !recorder.IsSnapshot(step));
        if (resumption.Checkpoint is null)
        {
            folder.Log($"started again: {run.Problem.Title}");
            return;
        }
        var state = CheckpointFiles.Read(
            resumption.Checkpoint,
            simulation.Ensembles,
            recorder.Table,
            bridges?.LawOf(simulation.Ensembles[0])
        );
        loop.Restore(state);
        folder.Log($"resumed after step {state.Step} of {run.Problem.Run.Steps}");
    }

    private RunResult Summarise(Simulation simulation, Recorder recorder, RunEnd end, Func<double> seconds)
    {
        var step = end.Step;
        var particles = simulation.Particles();
        recorder.Particles(step, particles);
        var pairs = Pairs(run) * step / run.Problem.Run.Steps;
        return new RunResult(
            Settings(),
            end.Status,
            new Summary(run, simulation, recorder.Costs, end, options.Compares).Estimates(),
            ParticleLaw.Of([.. particles.Replicas], run.Problem.Run.Particles, particles.Dimension),
            step == 0 ? Quantity.Absent("no step was taken") : Quantity.Of(pairs / end.SecondsOfSteps),
            Quantity.Of(seconds()),
            particles.Digest(),
            folder.Path
        );
    }

    /// <summary>Bridges, where every step's drift is a function of the particle and its ensemble's moments alone.</summary>
    private static FrozenPrograms Frozen(Problem problem)
    {
        if (ControlCostRule.WhyNoChain(problem.Run) is { } reason)
            throw Refused(reason);
        if (problem.Run.Dynamics == Dynamics.Foellmer)
            throw Refused("its law is mu*, whose divergence is known without them");
        if (!problem.Run.Batch.IsFull)
            throw Refused("the drift of fresh samples is the same for all particles: take run.batch = \"full\"");
        return DynamicsPrograms.frozen(problem).Value();

        static FaultException Refused(string reason) =>
            new(
                FaultModule.invalid(
                    Location.OfKey("--kl"),
                    $"a run without bridges ({reason})",
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
                Options = options.Recorded,
                ProgramHash = run.Programs.Step.Hash,
                InputHash = run.InputHash,
                Columns = run.Input?.Columns,
                InputStandardization = run.Input?.InputStandardization,
                TargetStandardization = run.Input?.TargetStandardization,
                Status = status,
                Results = results,
            }
        );
}

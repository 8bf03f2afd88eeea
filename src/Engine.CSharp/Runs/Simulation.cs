using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Integrators;

namespace MeanField.Engine.Runs;

/// <summary>
/// All replicas of a run, in step with one another. Where several processes share them all calls are collective, and each advances its
/// own superblocks. Threads share a replica where it is large and take whole replicas where these are many; no result depends on the choice.
/// </summary>
internal sealed class Simulation : IDisposable
{
    private readonly PreparedRun run;
    private readonly Team team;
    private readonly List<Stepper> steppers = [];
    private readonly Ensemble[] ensembles;
    private readonly RankShare share;

    public Simulation(PreparedRun run, SimulationOptions options)
    {
        this.run = run;
        var settings = run.Problem.Run;
        var layout = new ParticleLayout(settings.Particles, KernelProgramModule.dimension(run.Programs.Step));
        share = new RankShare(layout, options.Ranks);
        var step = settings.Horizon.Value / settings.Steps;
        var motion = new Motion(step, run.Programs.Diffusion, run.Programs.Restoring, options.NoiseLevel);
        Scheme = motion.By(settings.Scheme);
        var noise = new NoisePlan(
            unchecked((ulong)settings.Seed),
            run.Step.Target,
            options.NoiseLevel,
            motion.Diffusion == 0,
            options.FirstParticle
        );
        team = new Team(options.Threads);
        ensembles = [.. Enumerable.Range(0, settings.Replicas).Select(replica => Started(run, layout, options, replica, Scheme))];
        var crews = Crews(layout, settings.Replicas, options);
        SideBySide = crews > 1;
        for (var crew = 0; crew < crews; crew++)
            steppers.Add(
                new Stepper(
                    run,
                    layout,
                    SideBySide ? null : team,
                    MemoryCap(crews, options),
                    noise,
                    Scheme,
                    ControlCostRule.Compares(run, options),
                    options.Ranks
                )
            );
    }

    private static Ensemble Started(PreparedRun run, ParticleLayout layout, SimulationOptions options, int replica, IScheme scheme)
    {
        var ensemble = new Ensemble(
            layout,
            options.FirstReplica + replica,
            run.Step.ParticleFormat,
            scheme.Evaluations > 1,
            options.FirstParticle
        );
        run.Start.Place(ensemble);
        return ensemble;
    }

    /// <summary>How a step goes.</summary>
    public IScheme Scheme { get; }

    /// <summary>The replicas, in order.</summary>
    public IReadOnlyList<Ensemble> Ensembles => ensembles;

    /// <summary>Whether each thread takes whole replicas.</summary>
    public bool SideBySide { get; }

    /// <summary>What building the kernel of the noise took.</summary>
    public KernelBuild Noise => steppers[0].Noise;

    /// <summary>Looks at every replica as it is after <paramref name="number"/> steps.</summary>
    public Observation[] Observe(uint number, Breakdown breakdown) =>
        ForEachReplica((stepper, replica, _) => stepper.Observe(ensembles[replica], number, breakdown));

    /// <summary>Looks at every replica and takes a step. After a breakdown particles are undefined: some have been overwritten.</summary>
    /// <param name="number">Steps taken before.</param>
    /// <param name="full">Whether the look includes the variance of the outputs.</param>
    /// <param name="breakdown">Receives what is not finite.</param>
    /// <param name="isNextFull">Whether that of the step after this will; null where none follows. Right, it makes that one faster.</param>
    public Observation[] Advance(uint number, bool full, Breakdown breakdown, bool? isNextFull)
    {
        var seen = ForEachReplica(
            (stepper, replica, next) =>
                stepper.Advance(
                    new Visit(ensembles[replica], number, full),
                    next < ensembles.Length ? new Visit(ensembles[next], number, full)
                        : isNextFull is { } isFull ? new Visit(ensembles[next - ensembles.Length], number + 1, isFull)
                        : null,
                    breakdown
                )
        );
        breakdown.Agree();
        return seen;
    }

    /// <summary>N x d rows of a replica: the means of its particles before the noise of the last step taken.</summary>
    public double[] MeansOfLastStep(Ensemble ensemble, uint number) => steppers[0].MeansBeforeNoise(ensemble, number);

    /// <summary>Collective. The particles of every replica, until the next step.</summary>
    public ParticleSnapshot Particles()
    {
        Gather();
        return new ParticleSnapshot(ensembles);
    }

    /// <summary>Collective. Gives the ensembles the particles of all processes.</summary>
    public void Gather()
    {
        foreach (var ensemble in ensembles)
            share.AllGather(ensemble.State, ensemble.Format);
    }

    /// <summary>Collective. Goes back to the particles of a checkpoint that the first process has, or without one to the start.</summary>
    /// <returns>The steps taken then.</returns>
    public long Return(string? checkpoint)
    {
        var step = (long)share.Ranks.Told(checkpoint is null ? 0 : Checkpoint.Step(checkpoint))[0];
        foreach (var ensemble in ensembles)
            ensemble.State.Clear(ensemble.State.Length);
        if (checkpoint is not null)
            CheckpointFiles.ReadParticles(checkpoint, ensembles);
        foreach (var ensemble in ensembles)
            if (step == 0)
                run.Start.Place(ensemble);
            else
                share.TakeFirst(ensemble.State, ensemble.Format);
        return step;
    }

    public void Dispose()
    {
        foreach (var stepper in steppers)
            stepper.Dispose();
        foreach (var ensemble in ensembles)
            ensemble.Dispose();
        team.Dispose();
    }

    /// <summary>A crew begins with the replica of its number. It claims one ahead of its work, so that a stepper knows whom it meets next: behind the last
    /// replica the first one of its next step.</summary>
    private T[] ForEachReplica<T>(Func<Stepper, int, int, T> work)
    {
        var (results, claimed) = (new T[ensembles.Length], steppers.Count);
        if (SideBySide)
            team.Run(Math.Min(steppers.Count, ensembles.Length), (crew, _) => Work(crew));
        else
            Work(0);
        return results;

        void Work(int crew)
        {
            for (var replica = crew; replica < ensembles.Length; )
            {
                var next = Interlocked.Increment(ref claimed) - 1;
                if (next >= ensembles.Length)
                    next = ensembles.Length + crew;
                results[replica] = work(steppers[crew], replica, next);
                replica = next;
            }
        }
    }

    /// <summary>How many replicas are worked on at a time. Whole replicas need no barrier inside a step, but must be many enough to keep every thread
    /// busy; several processes exchange the sums of one replica at a time.</summary>
    internal static int Crews(ParticleLayout layout, int replicas, SimulationOptions options) =>
        options is { Ranks.Size: 1, Threads: var threads }
        && (replicas % threads == 0 || replicas >= 4 * threads || layout.Superblocks < threads)
            ? threads
            : 1;

    /// <summary>The bytes that a crew may keep pair values in.</summary>
    internal static long MemoryCap(int crews, SimulationOptions options) =>
        Evaluation.DefaultMemoryCap / crews / options.Ranks.OnThisMachine;
}

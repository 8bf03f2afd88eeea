using MeanField.Engine.Bridges;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Integrators;

namespace MeanField.Engine.Runs;

/// <summary>
/// Evaluates and advances one replica at a time: programs bound to the nodes, with scratch memory. With a team its workers share a
/// replica; without one everything runs on the caller, so that several steppers serve replicas side by side. Not thread-safe.
/// </summary>
internal sealed class Stepper : IDisposable
{
    private readonly PreparedRun run;
    private readonly Evaluation step;
    private readonly Evaluation recorded;
    private readonly Minibatch? batch;
    private readonly ParticleUpdate update;
    private readonly IScheme scheme;
    private readonly ControlDrift? control;
    private readonly PathDefect? defect;
    private readonly double length;
    private Visit? foretold;

    public Stepper(
        PreparedRun run,
        ParticleLayout layout,
        Team? team,
        long memoryCap,
        NoisePlan noise,
        IScheme scheme,
        bool compares,
        ICommunicator? ranks = null
    )
    {
        (this.run, this.scheme) = (run, scheme);
        var stored = run.Batch is null ? memoryCap : 0;
        step = run.Bind(run.Step, layout, team, stored, ranks: ranks);
        batch = run.Batch is null ? null : new Minibatch(run, layout, team, memoryCap, ranks ?? OneProcess.Alone);
        recorded = run.Metrics is null ? step : run.Bind(run.Metrics, layout, team, stored, storeOf: step, ranks: ranks);
        length = run.Problem.Run.Horizon.Value / run.Problem.Run.Steps;
        var format = run.Step.ParticleFormat;
        if (run is { IsOptimal: true, Optimum: { } optimum })
            control = new ControlDrift(optimum, layout, format, length, team);
        if (compares)
            defect = new PathDefect(run.Optimum!, layout, format, length, noise.Seed, team);
        update = ParticleUpdate.Of(run.Step.ParticleFormat, noise, layout, scheme, team?.Workers ?? 1);
    }

    /// <summary>What building the kernel of the noise took.</summary>
    public KernelBuild Noise => update.Noise;

    /// <summary>Looks at a replica as it is, in full, with the control that a step would apply; what is not finite is reported.</summary>
    public Observation Observe(Ensemble ensemble, uint number, Breakdown breakdown)
    {
        Meet(new Visit(ensemble, number, IsFull: true), null);
        recorded.Evaluate(ensemble.State);
        var seen = Read(recorded, ensemble, breakdown);
        if (control is not null)
            return Controlled(seen, control.Evaluate(number * length, ensemble.State, null), ensemble, breakdown);
        if (batch is null)
            return seen;
        batch.Draw(ensemble.Replica, number);
        batch.Drift.Evaluate(ensemble.State);
        return Applied(batch, seen, ensemble, breakdown);
    }

    /// <summary>Looks at a replica and takes a step; what is not finite is reported. Where the visit that comes <paramref name="next"/> is known, its
    /// first sweep is taken on the way; else, or when another one comes, nothing is lost but that.</summary>
    public Observation Advance(Visit visit, Visit? next, Breakdown breakdown)
    {
        var (ensemble, number, full) = visit;
        Meet(visit, next);
        var seen =
            control is not null ? OfControl(control)
            : batch is null ? OfNodes()
            : OfSamples(batch);
        for (var evaluation = 1; evaluation < scheme.Evaluations; evaluation++)
            if (control is null)
                Drift(batch?.Drift ?? step, evaluation, ensemble.Predicted);
            else
                control.Evaluate((number + 1) * length, ensemble.Predicted, Sink(evaluation));
        return defect is null ? seen : seen with { Defect = defect.Of(ensemble, number) };

        Observation OfControl(ControlDrift optimal)
        {
            var looked = full ? recorded : step;
            looked.Evaluate(ensemble.State);
            var nodes = Read(looked, ensemble, breakdown);
            return Controlled(nodes, optimal.Evaluate(number * length, ensemble.State, Sink(0)), ensemble, breakdown);
        }

        Observation OfNodes()
        {
            var looked = full ? recorded : step;
            Drift(looked, 0, ensemble.State);
            return Read(looked, ensemble, breakdown);
        }

        Observation OfSamples(Minibatch samples)
        {
            if (full)
                recorded.Evaluate(ensemble.State);
            var nodes = full ? Read(recorded, ensemble, breakdown) : Observation.Unseen;
            samples.Draw(ensemble.Replica, number);
            Drift(samples.Drift, 0, ensemble.State);
            return Applied(samples, nodes, ensemble, breakdown);
        }

        void Drift(Evaluation program, int evaluation, AlignedBuffer state) =>
            program.Evaluate(
                state,
                Sink(evaluation),
                evaluation + 1 == scheme.Evaluations ? OpeningOf(next) : new(batch?.Drift ?? step, ensemble.Predicted)
            );

        ParticleSink Sink(int evaluation) =>
            (superblock, worker, drift) =>
            {
                if (evaluation == 0)
                    defect?.Note(ensemble, superblock, drift);
                update.Advance(ensemble, superblock, worker, evaluation, drift, number, breakdown);
            };
    }

    /// <summary>As that of the update.</summary>
    public double[] MeansBeforeNoise(Ensemble ensemble, uint number) => update.MeansBeforeNoise(ensemble, number);

    public void Dispose()
    {
        if (recorded != step)
            recorded.Dispose();
        step.Dispose();
        batch?.Dispose();
        control?.Dispose();
        defect?.Dispose();
    }

    /// <summary>A first sweep taken ahead counts for the visit that it was taken for alone: another may find other particles there.</summary>
    private void Meet(Visit visit, Visit? next)
    {
        if (foretold != visit)
        {
            step.Forget();
            recorded.Forget();
        }
        foretold = next;
    }

    /// <summary>What a visit evaluates first; fresh samples are not known beforehand, and a control evaluates nothing of the kind.</summary>
    private Opening? OpeningOf(Visit? visit) =>
        visit is null || batch is not null || control is not null ? null : new(visit.IsFull ? recorded : step, visit.Ensemble.State);

    private static Observation Controlled(Observation seen, double square, Ensemble ensemble, Breakdown breakdown)
    {
        if (!double.IsFinite(square))
            breakdown.ReportLargest(ensemble);
        return seen with { ControlSquare = square, DriftSquare = square };
    }

    private static Observation Applied(Minibatch samples, Observation nodes, Ensemble ensemble, Breakdown breakdown)
    {
        var seen = nodes with { ControlSquare = samples.Drift.Uniform("driftSquare")[0] };
        if (!double.IsFinite(seen.ControlSquare))
            breakdown.ReportLargest(ensemble);
        return seen;
    }

    private Observation Read(Evaluation evaluated, Ensemble ensemble, Breakdown breakdown)
    {
        var hasVariance = evaluated == recorded && run.Metrics is not null;
        var seen = Observation.Read(evaluated, control is null, run.HasFit, run.HasEntropy, hasVariance);
        if (control is null ? !seen.IsFinite : !double.IsFinite(seen.Potential))
            breakdown.ReportLargest(ensemble);
        return seen;
    }
}

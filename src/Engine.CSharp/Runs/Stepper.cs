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
    private readonly Evaluation? metrics;
    private readonly ParticleUpdate update;
    private readonly IScheme scheme;

    public Stepper(PreparedRun run, ParticleLayout layout, Team? team, long memoryCap, NoisePlan noise, IScheme scheme)
    {
        (this.run, this.scheme) = (run, scheme);
        step = run.Bind(run.Step, layout, team, memoryCap);
        metrics = run.Metrics is null ? null : run.Bind(run.Metrics, layout, team, memoryCap: 0);
        update = ParticleUpdate.Of(run.Step.ParticleFormat, noise, layout, scheme, team?.Workers ?? 1);
    }

    /// <summary>What building the kernel of the noise took.</summary>
    public KernelBuild Noise => update.Noise;

    /// <summary>Looks at a replica as it is; what is not finite is reported.</summary>
    public Observation Observe(Ensemble ensemble, Breakdown breakdown)
    {
        step.Evaluate(ensemble.State);
        return Read(ensemble, full: true, breakdown);
    }

    /// <summary>Looks at a replica and writes its next state; what is not finite is reported. <paramref name="full"/> includes the
    /// variance of the outputs.</summary>
    public Observation Advance(Ensemble ensemble, uint number, bool full, Breakdown breakdown)
    {
        Evaluate(0, ensemble.State);
        var seen = Read(ensemble, full, breakdown);
        for (var evaluation = 1; evaluation < scheme.Evaluations; evaluation++)
            Evaluate(evaluation, ensemble.Predicted);
        return seen;

        void Evaluate(int evaluation, AlignedBuffer state) =>
            step.Evaluate(
                state,
                (superblock, worker, drift) => update.Advance(ensemble, superblock, worker, evaluation, drift, number, breakdown)
            );
    }

    public void Dispose()
    {
        step.Dispose();
        metrics?.Dispose();
    }

    private Observation Read(Ensemble ensemble, bool full, Breakdown breakdown)
    {
        if (full)
            metrics?.Evaluate(ensemble.State);
        var seen = Observation.Read(step, full ? metrics : null, run.HasFit, run.HasEntropy);
        if (!seen.IsFinite)
            breakdown.ReportLargest(ensemble);
        return seen;
    }
}

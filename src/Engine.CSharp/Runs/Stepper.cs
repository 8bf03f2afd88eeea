using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Integrators;
using MeanField.Engine.Noise;

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
    private readonly BrownianPath[] paths;
    private readonly EulerScheme scheme;
    private readonly int noiseLevel;
    private readonly double[][] increments;

    public Stepper(
        PreparedRun run,
        ParticleLayout layout,
        Team? team,
        long memoryCap,
        NormalNoise noise,
        EulerScheme scheme,
        int noiseLevel
    )
    {
        (this.run, this.scheme, this.noiseLevel) = (run, scheme, noiseLevel);
        step = run.Bind(run.Step, layout, team, memoryCap);
        metrics = run.Metrics is null ? null : run.Bind(run.Metrics, layout, team, memoryCap: 0);
        var largest = layout.Superblocks == 0 ? 0 : layout.Range(0, layout.Dimension).Length;
        increments = [.. Enumerable.Range(0, team?.Workers ?? 1).Select(_ => new double[largest])];
        paths = [.. increments.Select(_ => new BrownianPath(noise))];
    }

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
        step.Evaluate(
            ensemble.State,
            (superblock, worker, outputs) =>
            {
                var drift = MemoryMarshal.Cast<byte, double>(outputs);
                var xi = increments[worker].AsSpan(0, drift.Length);
                paths[worker].Increment((uint)ensemble.Replica, superblock, number, noiseLevel, xi);
                var next = ensemble.Next(superblock);
                scheme.Advance(ensemble.Now(superblock), drift, xi, next);
                // One pass that vectorises; only a superblock with a fault is searched.
                if (!double.IsFinite(TensorPrimitives.SumOfMagnitudes<double>(next)))
                    breakdown.Report(ensemble, superblock);
            }
        );
        return Read(ensemble, full, breakdown);
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
        var seen = Observation.Read(step, full ? metrics : null, run.HasFit);
        if (!seen.IsFinite)
            breakdown.ReportLargest(ensemble);
        return seen;
    }
}

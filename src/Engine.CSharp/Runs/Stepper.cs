using System.Numerics.Tensors;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.InputLaws;
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
    private readonly Evaluation? plugIn;
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
        step = Bound(run.Step, run, layout, team, memoryCap);
        metrics = run.Metrics is null ? null : Bound(run.Metrics, run, layout, team, memoryCap: 0);
        plugIn = run.PlugIn is null ? null : Bound(run.PlugIn, run, layout, team, memoryCap: 0);
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
            (superblock, worker, drift) =>
            {
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

    /// <summary>Variance over neurons of the first variation of "loss" or "risk": the naive error's square, times N; NaN without a fit.</summary>
    public double PlugInVariance(Ensemble ensemble, string quantity)
    {
        if (plugIn is null)
            return double.NaN;
        plugIn.Evaluate(ensemble.State);
        return plugIn.Uniform(quantity)[0];
    }

    public void Dispose()
    {
        step.Dispose();
        metrics?.Dispose();
        plugIn?.Dispose();
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

    private static Evaluation Bound(CompiledProgram program, PreparedRun run, ParticleLayout layout, Team? team, long memoryCap)
    {
        var evaluation = new Evaluation(program, layout, run.Nodes, team, memoryCap);
        var values = Core.Theory.uniforms(run.Problem);
        foreach (var uniform in program.Program.Uniforms)
            evaluation.SetUniform(uniform.Name, uniform.Name == "1/N" ? [1.0 / layout.Particles] : values[uniform.Name]);
        foreach (var column in program.Program.NodeColumns)
            evaluation.SetNodeColumn(column.Name, Column(run.Table, column.Name));
        return evaluation;
    }

    /// <summary>A problem without an input law has one node of weight 1, which no program asks more of.</summary>
    private static double[] Column(NodeTable? table, string name) => table is null ? [1.0] : table[name].Values;
}

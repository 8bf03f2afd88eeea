using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Integrators;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Runs;

/// <summary>Writes a superblock's next state from its drifts, with the noise of the step; what is not finite is reported.</summary>
internal abstract class ParticleUpdate
{
    /// <summary>The update of particles in a format, with scratch memory for so many workers.</summary>
    public static ParticleUpdate Of(NumberFormat format, NoisePlan plan, ParticleLayout layout, IScheme scheme, int workers) =>
        format == NumberFormat.Double
            ? new ParticleUpdate<double>(plan, layout, scheme, workers)
            : new ParticleUpdate<float>(plan, layout, scheme, workers);

    /// <summary>What building the kernel of the noise took.</summary>
    public abstract KernelBuild Noise { get; }

    /// <summary>N x d rows: what the particles were before the noise of the step that led to them, up to rounding.</summary>
    public abstract double[] MeansBeforeNoise(Ensemble ensemble, uint step);

    /// <summary>Takes the outputs of a step's program: the drift of an evaluation, from 0.</summary>
    public abstract void Advance(
        Ensemble ensemble,
        int superblock,
        int worker,
        int evaluation,
        Span<byte> drift,
        uint step,
        Breakdown breakdown
    );
}

/// <summary>The noise of a run: its key, the target of its kernel, the level of its grid; silent where the dynamics has none.</summary>
internal sealed record NoisePlan(ulong Seed, VectorTarget Target, int Level, bool IsSilent);

/// <summary>The update in the arithmetic of one type.</summary>
internal sealed class ParticleUpdate<T> : ParticleUpdate
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly IScheme scheme;
    private readonly NoisePlan plan;
    private readonly T[][] increments;
    private readonly BrownianPath<T>[] paths;

    public ParticleUpdate(NoisePlan plan, ParticleLayout layout, IScheme scheme, int workers)
    {
        (this.scheme, this.plan) = (scheme, plan);
        var noise = new NormalNoise<T>(plan.Seed, layout, plan.Target);
        Noise = noise.Build;
        var largest = layout.Superblocks == 0 ? 0 : layout.Range(0, layout.Dimension).Length;
        increments = [.. Enumerable.Range(0, workers).Select(_ => new T[largest])];
        paths = [.. increments.Select(_ => new BrownianPath<T>(noise))];
    }

    public override KernelBuild Noise { get; }

    public override double[] MeansBeforeNoise(Ensemble ensemble, uint step)
    {
        var layout = ensemble.Layout;
        using var means = AlignedBuffer.Of<double>(layout.Length);
        var scale = Math.Sqrt(scheme.Variance!.Value / (1L << plan.Level));
        for (var superblock = 0; superblock < layout.Superblocks; superblock++)
        {
            var now = ensemble.Now<T>(superblock);
            var xi = increments[0].AsSpan(0, now.Length);
            paths[0].Increment((uint)ensemble.Replica, superblock, step, plan.Level, xi);
            var before = means.Slice<double>(layout.Range(superblock, layout.Dimension).Start, now.Length);
            for (var k = 0; k < now.Length; k++)
                before[k] = double.CreateTruncating(now[k]) - scale * double.CreateTruncating(xi[k]);
        }
        var rows = new double[(long)layout.Particles * layout.Dimension];
        layout.ToRows<double>(means, rows);
        return rows;
    }

    public override void Advance(
        Ensemble ensemble,
        int superblock,
        int worker,
        int evaluation,
        Span<byte> drift,
        uint step,
        Breakdown breakdown
    )
    {
        var drifts = MemoryMarshal.Cast<byte, T>(drift);
        var xi = increments[worker].AsSpan(0, drifts.Length);
        // The increments of a silent run stay 0; a second evaluation adds no noise.
        if (evaluation == 0 && !plan.IsSilent)
            paths[worker].Increment((uint)ensemble.Replica, superblock, step, plan.Level, xi);
        var next = ensemble.Next<T>(superblock);
        scheme.Advance(
            evaluation,
            new StepOf<T>
            {
                State = ensemble.Now<T>(superblock),
                Drift = drifts,
                Increments = xi,
                Next = next,
                Predicted = ensemble.PredictedOf<T>(superblock),
            }
        );
        // One pass that vectorises; only a superblock with a fault is searched.
        if (!T.IsFinite(TensorPrimitives.SumOfMagnitudes<T>(next)))
            breakdown.Report<T>(ensemble, superblock);
    }
}

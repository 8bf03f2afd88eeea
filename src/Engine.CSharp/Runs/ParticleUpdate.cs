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
    public static ParticleUpdate Of(NumberFormat format, NoisePlan plan, ParticleLayout layout, EulerScheme scheme, int workers) =>
        format == NumberFormat.Double
            ? new ParticleUpdate<double>(plan, layout, scheme, workers)
            : new ParticleUpdate<float>(plan, layout, scheme, workers);

    /// <summary>What building the kernel of the noise took.</summary>
    public abstract KernelBuild Noise { get; }

    /// <summary>Takes the outputs of a step's program.</summary>
    public abstract void Advance(Ensemble ensemble, int superblock, int worker, Span<byte> drift, uint step, Breakdown breakdown);
}

/// <summary>The noise of a run: its key, the target of its kernel, the level of its grid.</summary>
internal sealed record NoisePlan(ulong Seed, VectorTarget Target, int Level);

/// <summary>The update in the arithmetic of one type.</summary>
internal sealed class ParticleUpdate<T> : ParticleUpdate
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly EulerScheme scheme;
    private readonly int level;
    private readonly T[][] increments;
    private readonly BrownianPath<T>[] paths;

    public ParticleUpdate(NoisePlan plan, ParticleLayout layout, EulerScheme scheme, int workers)
    {
        (this.scheme, level) = (scheme, plan.Level);
        var noise = new NormalNoise<T>(plan.Seed, layout, plan.Target);
        Noise = noise.Build;
        var largest = layout.Superblocks == 0 ? 0 : layout.Range(0, layout.Dimension).Length;
        increments = [.. Enumerable.Range(0, workers).Select(_ => new T[largest])];
        paths = [.. increments.Select(_ => new BrownianPath<T>(noise))];
    }

    public override KernelBuild Noise { get; }

    public override void Advance(Ensemble ensemble, int superblock, int worker, Span<byte> drift, uint step, Breakdown breakdown)
    {
        var drifts = MemoryMarshal.Cast<byte, T>(drift);
        var xi = increments[worker].AsSpan(0, drifts.Length);
        paths[worker].Increment((uint)ensemble.Replica, superblock, step, level, xi);
        var next = ensemble.Next<T>(superblock);
        scheme.Advance<T>(ensemble.Now<T>(superblock), drifts, xi, next);
        // One pass that vectorises; only a superblock with a fault is searched.
        if (!T.IsFinite(TensorPrimitives.SumOfMagnitudes<T>(next)))
            breakdown.Report<T>(ensemble, superblock);
    }
}

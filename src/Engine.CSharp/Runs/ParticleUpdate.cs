using System.Numerics;
using System.Numerics.Tensors;
using System.Runtime.CompilerServices;
using System.Runtime.InteropServices;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Integrators;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Runs;

/// <summary>Overwrites a superblock by its next state from its drifts, with the noise of the step; what is not finite is reported.</summary>
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

/// <summary>The noise of a run: its key, the target of its kernel, the level of its grid; silent where the dynamics has none; the number of the
/// first particle.</summary>
internal sealed record NoisePlan(ulong Seed, VectorTarget Target, int Level, bool IsSilent, int FirstParticle = 0);

/// <summary>The update in the arithmetic of one type.</summary>
internal sealed class ParticleUpdate<T> : ParticleUpdate
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Of each array of a chunk, so that noise, scheme and check find it in the first-level cache.</summary>
    private const int ChunkBytes = 6144;

    private readonly IScheme scheme;
    private readonly NoisePlan plan;
    private readonly int chunk;
    private readonly T[][] increments;
    private readonly BrownianPath<T>[] paths;

    public ParticleUpdate(NoisePlan plan, ParticleLayout layout, IScheme scheme, int workers)
    {
        (this.scheme, this.plan) = (scheme, plan);
        var noise = new NormalNoise<T>(plan.Seed, layout.Behind(plan.FirstParticle), plan.Target);
        Noise = noise.Build;
        chunk = ChunkBytes / Math.Max(1, layout.Dimension * Unsafe.SizeOf<T>()) / NormalNoise<T>.Part;
        chunk = (int)Math.Min(Math.Max(1, chunk) * NormalNoise<T>.Part, layout.PaddedParticles);
        increments = [.. Enumerable.Range(0, workers).Select(_ => new T[chunk * layout.Dimension])];
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
            var xi = new T[now.Length];
            paths[0].Increment((uint)ensemble.Replica, plan.FirstParticle + layout.FirstParticle(superblock), step, plan.Level, xi);
            var before = means.Slice<double>(layout.Range(superblock, layout.Dimension).Start, now.Length);
            for (var k = 0; k < now.Length; k++)
                before[k] = double.CreateTruncating(now[k]) - scale * double.CreateTruncating(xi[k]);
        }
        return layout.Rows(means, NumberFormat.Double);
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
        var whole = new StepOf<T>
        {
            State = ensemble.Now<T>(superblock),
            Drift = MemoryMarshal.Cast<byte, T>(drift),
            Next = ensemble.Now<T>(superblock),
            Predicted = ensemble.PredictedOf<T>(superblock),
        };
        var (first, size, finite) = (ensemble.Layout.FirstParticle(superblock), chunk * ensemble.Layout.Dimension, true);
        for (var start = 0; start < whole.State.Length; start += size, first += chunk)
        {
            var xi = increments[worker].AsSpan(0, Math.Min(size, whole.State.Length - start));
            // The increments of a silent run stay 0; a second evaluation adds no noise.
            if (evaluation == 0 && !plan.IsSilent)
                paths[worker].Increment((uint)ensemble.Replica, plan.FirstParticle + first, step, plan.Level, xi);
            var part = whole.Slice(start, xi);
            scheme.Advance(evaluation, part);
            // One pass that vectorises; only a superblock with a fault is searched.
            finite &= T.IsFinite(TensorPrimitives.SumOfMagnitudes<T>(part.Next));
        }
        if (!finite)
            breakdown.Report<T>(ensemble, superblock);
    }
}

using System.Numerics.Tensors;
using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Runs;

/// <summary>
/// Lower bounds of D(mu || gamma_tau) for the law mu of one particle: E_mu(s phi) - log E_gamma exp(s phi) with the tilt phi = -psi/c of
/// another ensemble's law and the best factor s for that ensemble's particles. Replicas are independent, so that what was fitted
/// on one is a fixed function for the other (theory.md, section 5). A single replica is cut into halves of whole blocks of 16, which depend
/// on each other by a multiple of 1/N.
/// </summary>
internal sealed class DonskerVaradhan : IDisposable
{
    /// <summary>Draws of the prior for a replica, at least, and particles whose tilts are taken at a time, at most.</summary>
    private const int Draws = 1 << 16;

    /// <summary>Draws at most, whatever the particles: the exponential moment has an error of a thousandth of its deviation then.</summary>
    private const int MostDraws = 1 << 20;

    /// <summary>A single replica has halves from so many particles on.</summary>
    public const int LeastParticles = 2 * ParticleLayout.Lanes;

    // Below it the exponential moment hangs on single draws.
    private const double LeastEffectiveDraws = 1000;
    private const double LargestFactor = 16;
    private readonly FrozenLaw frozen;
    private readonly IReadOnlyList<Ensemble> ensembles;
    private readonly IReadOnlyList<Ensemble> halves;
    private readonly NormalNoise<double> noise;
    private readonly double deviation;
    private readonly AlignedBuffer particles;

    public DonskerVaradhan(PreparedRun run, FrozenPrograms programs, IReadOnlyList<Ensemble> replicas, VectorTarget target)
    {
        halves = replicas.Count == 1 ? Halves(replicas[0]) : [];
        ensembles = replicas.Count == 1 ? halves : replicas;
        var of = ensembles[0].Layout;
        var layout = PartOf(of);
        frozen = new FrozenLaw(run, programs, of, layout);
        noise = new NormalNoise<double>(unchecked((ulong)run.Problem.Run.Seed), layout, target);
        deviation = Math.Sqrt(run.Problem.Energy.Tau.Value);
        particles = AlignedBuffer.Of<double>(layout.Length);
    }

    /// <summary>Bytes held for ensembles of a layout: a part of the particles, its rows and tilts, tilts of the prior with their weights.</summary>
    public static double MemoryOf(ParticleLayout layout) =>
        sizeof(double) * (2.0 * PartOf(layout).Length + 2 * PartOf(layout).Particles + 2 * (Count(layout) + Draws));

    /// <summary>The bound by each replica's particles; null where draws of the prior do not reach an exponential moment.</summary>
    public double[]? Bounds()
    {
        var bounds = Enumerable.Range(0, ensembles.Count).Select(Of).ToArray();
        return !Array.TrueForAll(bounds, bound => bound.HasValue) ? null
            : halves.Count > 0 ? [bounds.Average()!.Value]
            : [.. bounds.Select(bound => bound!.Value)];
    }

    private double? Of(int ensemble)
    {
        var other = ensembles[(ensemble + 1) % ensembles.Count];
        frozen.Hold(frozen.Of(other));
        var moment = new ExponentialMoment(Prior((uint)ensemble));
        var (fitted, judged) = (MeanTilt(other), MeanTilt(ensembles[ensemble]));
        var factor = Best(moment, fitted);
        var (log, effective) = moment.Above(factor);
        return effective < LeastEffectiveDraws ? null : factor * judged - log;
    }

    public void Dispose()
    {
        frozen.Dispose();
        particles.Dispose();
    }

    /// <summary>The first particles of an ensemble and as many behind them.</summary>
    private static Ensemble[] Halves(Ensemble whole)
    {
        var half = whole.Layout.Particles / LeastParticles * ParticleLayout.Lanes;
        return [whole.Part(0, half), whole.Part(half, half)];
    }

    private static ParticleLayout PartOf(ParticleLayout layout) =>
        new(Math.Min(layout.Particles, Math.Min(layout.PartSize, Draws)), layout.Dimension);

    private static int Count(ParticleLayout layout) => Math.Clamp(layout.Particles, Draws, MostDraws);

    private double MeanTilt(Ensemble ensemble)
    {
        var (of, sum) = (ensemble.Layout, 0.0);
        for (var first = 0; first < of.Particles; first += frozen.Layout.Particles)
        {
            var count = Math.Min(frozen.Layout.Particles, of.Particles - first);
            frozen.Layout.FromRows<double>(of.Rows(ensemble.State, ensemble.Format, first, count), particles);
            // Particles behind these are left from before, and their tilts to themselves.
            foreach (var tilt in frozen.At(particles).AsSpan(0, count))
                sum += tilt;
        }
        return sum / of.Particles;
    }

    /// <summary>Tilts of draws that no start and no other replica takes.</summary>
    private double[] Prior(uint replica)
    {
        var tilts = new List<double>(Count(ensembles[0].Layout) + frozen.Layout.Particles);
        for (var pass = 0u; tilts.Count < Count(ensembles[0].Layout); pass++)
        {
            for (var superblock = 0; superblock < frozen.Layout.Superblocks; superblock++)
            {
                var (start, length) = frozen.Layout.Range(superblock, frozen.Layout.Dimension);
                var numbers = particles.Slice<double>(start, length);
                noise.Fill(frozen.Layout.FirstParticle(superblock), pass, replica, NoiseStream.Prior, numbers);
                TensorPrimitives.Multiply(numbers, deviation, numbers);
            }
            tilts.AddRange(frozen.At(particles));
        }
        return [.. tilts];
    }

    /// <summary>The factor in [0, 16] that makes s fitted - log E exp(s phi) largest, a concave function: Newton's steps inside a bracket. Any factor
    /// gives a bound, and one off by 1e-6 a bound lower by its square.</summary>
    private static double Best(ExponentialMoment moment, double fitted)
    {
        var (low, high, factor, change) = (0.0, LargestFactor, 1.0, 1.0);
        while (Math.Abs(change) > 1e-6)
        {
            var (mean, variance) = moment.Tilted(factor);
            (low, high) = mean < fitted ? (factor, high) : (low, factor);
            var next = factor + (fitted - mean) / variance;
            next = next > low && next < high ? next : (low + high) / 2;
            (factor, change) = (next, next - factor);
        }
        return factor;
    }
}

using System.Numerics.Tensors;
using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Runs;

/// <summary>
/// A lower bound of D(mu || gamma_tau) for the law mu of one particle: E_mu(s phi) - log E_gamma exp(s phi) with the tilt phi = -psi/c of
/// another replica's law and the best factor s for that replica's particles. The replicas are independent, so that what was fitted
/// on one is a fixed function for the other (theory.md, section 5).
/// </summary>
internal sealed class DonskerVaradhan : IDisposable
{
    /// <summary>Draws of the prior for a replica, at least.</summary>
    private const int Draws = 1 << 16;

    // Below it the exponential moment hangs on single draws.
    private const double LeastEffectiveDraws = 1000;
    private const double LargestFactor = 16;
    private readonly FrozenLaw frozen;
    private readonly IReadOnlyList<Ensemble> ensembles;
    private readonly NormalNoise<double> noise;
    private readonly double deviation;
    private readonly AlignedBuffer particles;

    public DonskerVaradhan(PreparedRun run, FrozenPrograms programs, IReadOnlyList<Ensemble> ensembles, VectorTarget target)
    {
        var layout = ensembles[0].Layout;
        this.ensembles = ensembles;
        frozen = new FrozenLaw(run, programs, layout, layout);
        noise = new NormalNoise<double>(unchecked((ulong)run.Problem.Run.Seed), layout, target);
        deviation = Math.Sqrt(run.Problem.Energy.Tau.Value);
        particles = AlignedBuffer.Of<double>(layout.Length);
    }

    /// <summary>The bound by a replica's particles; null where draws of the prior do not reach the exponential moment.</summary>
    public double? Of(int replica)
    {
        var other = (replica + 1) % ensembles.Count;
        frozen.Hold(frozen.Of(ensembles[other]));
        var prior = Prior(replica);
        var (fitted, judged) = (Tilts(ensembles[other]).Average(), Tilts(ensembles[replica]).Average());
        var moment = new ExponentialMoment(prior);
        var factor = Best(s => s * fitted - moment.Log(s));
        var (log, effective) = moment.Above(factor);
        return effective < LeastEffectiveDraws ? null : factor * judged - log;
    }

    public void Dispose()
    {
        frozen.Dispose();
        particles.Dispose();
    }

    private double[] Tilts(Ensemble ensemble)
    {
        frozen.Layout.FromRows<double>(ensemble.Rows(), particles);
        return frozen.At(particles);
    }

    /// <summary>Tilts of draws that no start and no other replica takes.</summary>
    private double[] Prior(int replica)
    {
        var tilts = new List<double>();
        for (var pass = 0u; tilts.Count < Draws; pass++)
        {
            for (var superblock = 0; superblock < frozen.Layout.Superblocks; superblock++)
            {
                var (start, length) = frozen.Layout.Range(superblock, frozen.Layout.Dimension);
                var numbers = particles.Slice<double>(start, length);
                noise.Fill(frozen.Layout.FirstParticle(superblock), pass, (uint)replica, NoiseStream.Prior, numbers);
                TensorPrimitives.Multiply(numbers, deviation, numbers);
            }
            tilts.AddRange(frozen.At(particles));
        }
        return [.. tilts];
    }

    /// <summary>The largest value of a concave function on [0, 16]: thirds that shrink by 2/3 a round.</summary>
    private static double Best(Func<double, double> function)
    {
        var (low, high) = (0.0, LargestFactor);
        for (var round = 0; round < 40; round++)
        {
            var (left, right) = (low + (high - low) / 3, high - (high - low) / 3);
            (low, high) = function(left) < function(right) ? (left, high) : (low, right);
        }
        return (low + high) / 2;
    }
}

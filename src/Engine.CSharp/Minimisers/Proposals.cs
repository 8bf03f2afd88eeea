using System.Numerics.Tensors;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Minimisers;

/// <summary>The numbers of one sweep of moves.</summary>
internal readonly record struct MoveKey(uint Replica, uint Step);

/// <summary>
/// Proposed moves of particles [metropolis1953], by sweeps in turn: first all components are shifted together, by normal increments of the shape of the
/// population, some after their signs are changed, since laws of neurons that are odd are even; then, twice, each block by itself is left,
/// shifted, or stretched about 0, so that a narrow place of one block is reached while others go along in size. Every particle draws its
/// scales, some powers of 2 below the largest: where a law is narrow small steps move, where it is wide large ones.
/// </summary>
internal sealed class Proposals
{
    /// <summary>Particles of one item of work.</summary>
    public const int Batch = 256;

    /// <summary>Sweeps until all kinds have been proposed.</summary>
    public const uint Cycle = 3;

    private const int Lanes = ParticleLayout.Lanes;

    /// <summary>Numbers of a move for its acceptance; each block has one for its kind and one for its scale.</summary>
    private const int AcceptanceNumbers = 2;

    /// <summary>How many octaves a scale is below the largest, on the scale of a half normal.</summary>
    private const double OctavesBelow = 3;

    /// <summary>The largest stretch, on the scale of a normal logarithm.</summary>
    private const double LargestStretch = 3;

    /// <summary>Between these a normal number falls with probability 1/3.</summary>
    private const double Third = 0.430727299295457;

    /// <summary>Above it a normal number falls with probability 1/4.</summary>
    private const double Quartile = 0.674489750196082;

    private readonly int dimension;
    private readonly int blocks;
    private readonly NormalNoise<double> noise;

    public Proposals(int count, int dimension, int blocks, ulong seed, VectorTarget target)
    {
        (this.dimension, this.blocks) = (dimension, blocks);
        noise = new NormalNoise<double>(seed, new ParticleLayout(count, dimension + 2 * blocks + AcceptanceNumbers), target);
    }

    private int Numbers => noise.Layout.Dimension;

    /// <summary>
    /// Writes the proposals of a batch of particles (M x d row-major), and of each what the logarithm of density must gain for it to be accepted.
    /// </summary>
    public void Propose(int batch, MoveShape shape, MoveKey key, double[] rows, double[] proposals, double[] thresholds)
    {
        var first = batch * Batch;
        var count = Math.Min(thresholds.Length - first, Batch);
        var drawn = new double[(count + Lanes - 1) / Lanes * Lanes * Numbers];
        noise.Fill(first, key.Step, key.Replica, NoiseStream.Move, drawn);
        Span<double> numbers = stackalloc double[Numbers];
        for (var k = 0; k < count; k++)
        {
            for (var i = 0; i < Numbers; i++)
                numbers[i] = drawn[k / Lanes * Lanes * Numbers + i * Lanes + k % Lanes];
            var particle = proposals.AsSpan((first + k) * dimension, dimension);
            rows.AsSpan((first + k) * dimension, dimension).CopyTo(particle);
            var volume = key.Step % Cycle == 0 ? Together(particle, shape.Whole, numbers) : ByBlocks(particle, shape.Blocks, numbers);
            // Half the square of two normals is exponential: minus the logarithm of a uniform number.
            var (one, other) = (numbers[^1], numbers[^2]);
            thresholds[first + k] = -(one * one + other * other) / 2 - volume;
        }
    }

    private double Together(Span<double> particle, ShapedBlock whole, ReadOnlySpan<double> numbers)
    {
        if (numbers[dimension + 1] > Quartile)
            TensorPrimitives.Negate(particle, particle);
        whole.Shift(particle, numbers, ScaleOfShift(whole, numbers[dimension]));
        return 0;
    }

    /// <summary>Answers the logarithm of the volume that stretches make of a unit.</summary>
    private double ByBlocks(Span<double> particle, ShapedBlock[] shapes, ReadOnlySpan<double> numbers)
    {
        var volume = 0.0;
        for (var b = 0; b < blocks; b++)
        {
            var (kind, scale) = (numbers[dimension + 2 * b], numbers[dimension + 2 * b + 1]);
            if (blocks > 1 && Math.Abs(kind) < Third)
                continue;
            if (kind < 0)
            {
                shapes[b].Shift(particle, numbers, ScaleOfShift(shapes[b], scale));
                continue;
            }
            var stretch = LargestStretch * Below(scale) * numbers[shapes[b].First];
            volume += stretch * shapes[b].Width;
            var factor = Math.Exp(stretch);
            foreach (ref var w in particle.Slice(shapes[b].First, shapes[b].Width))
                w *= factor;
        }
        return volume;
    }

    /// <summary>At most twice the best scale of a random walk for a normal law [roberts1997].</summary>
    private static double ScaleOfShift(ShapedBlock block, double normal) => 2 * 2.38 / Math.Sqrt(block.Width) * Below(normal);

    private static double Below(double normal) => Math.Pow(2, -OctavesBelow * Math.Abs(normal));
}

using System.Numerics;
using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Ensembles;

/// <summary>
/// Where a particle's numbers stand: blocks of 16 lanes stored [block][component][16], so that a superblock is one contiguous range.
/// The last block is padded; padding lanes hold 0.
/// </summary>
public sealed record ParticleLayout
{
    /// <summary>The virtual width of sums over particles.</summary>
    public const int Lanes = ReductionOrder.Lanes;

    /// <summary>N particles of d components each; both may be 0.</summary>
    public ParticleLayout(int particles, int dimension)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(particles);
        ArgumentOutOfRangeException.ThrowIfNegative(dimension);
        Particles = particles;
        Dimension = dimension;
        SuperblockSize = ReductionOrder.superblock(particles);
    }

    /// <summary>N.</summary>
    public int Particles { get; }

    /// <summary>d, the components of one particle.</summary>
    public int Dimension { get; }

    /// <summary>Particles of a superblock, from N alone; a multiple of 16.</summary>
    public int SuperblockSize { get; }

    /// <summary>Blocks of 16 lanes, the last one padded.</summary>
    public int Blocks => (int)(((long)Particles + Lanes - 1) / Lanes);

    /// <summary>N rounded up to whole blocks.</summary>
    public long PaddedParticles => (long)Blocks * Lanes;

    /// <summary>Numbers of the storage, padding included.</summary>
    public long Length => PaddedParticles * Dimension;

    /// <summary>Number of superblocks.</summary>
    public int Superblocks => (int)(((long)Particles + SuperblockSize - 1) / SuperblockSize);

    /// <summary>The layout of these particles and so many before them.</summary>
    public ParticleLayout Behind(int particles) => particles == 0 ? this : new ParticleLayout(particles + Particles, Dimension);

    /// <summary>Storage index of a component of a particle.</summary>
    public long Index(int particle, int component) => ((long)(particle / Lanes) * Dimension + component) * Lanes + particle % Lanes;

    /// <summary>First particle of a superblock.</summary>
    public int FirstParticle(int superblock) => superblock * SuperblockSize;

    /// <summary>Particles of a superblock without padding.</summary>
    public int ParticleCount(int superblock) => Math.Min(SuperblockSize, Particles - FirstParticle(superblock));

    /// <summary>The storage range of a superblock, padding included, for <paramref name="components"/> components a particle.</summary>
    public (long Start, int Length) Range(int superblock, int components)
    {
        var padded = (ParticleCount(superblock) + Lanes - 1) / Lanes * Lanes;
        return ((long)FirstParticle(superblock) * components, checked(padded * components));
    }

    /// <summary>Writes row-major N x d numbers into a storage of <typeparamref name="T"/>, rounded; padding becomes 0. O(N d).</summary>
    public void FromRows<T>(ReadOnlySpan<double> rows, AlignedBuffer storage)
        where T : unmanaged, INumberBase<T>
    {
        Check<T>(rows.Length, storage);
        for (var first = 0; first < Particles; first += Lanes)
        {
            var block = storage.Slice<T>((long)first * Dimension, Lanes * Dimension);
            block.Clear();
            for (var lane = 0; lane < Math.Min(Lanes, Particles - first); lane++)
            for (var component = 0; component < Dimension; component++)
                block[component * Lanes + lane] = T.CreateTruncating(rows[(first + lane) * Dimension + component]);
        }
    }

    /// <summary>Reads a storage of <typeparamref name="T"/> as row-major N x d numbers, without padding. O(N d).</summary>
    public void ToRows<T>(AlignedBuffer storage, Span<double> rows)
        where T : unmanaged, INumberBase<T>
    {
        Check<T>(rows.Length, storage);
        for (var first = 0; first < Particles; first += Lanes)
        {
            ReadOnlySpan<T> block = storage.Slice<T>((long)first * Dimension, Lanes * Dimension);
            for (var lane = 0; lane < Math.Min(Lanes, Particles - first); lane++)
            for (var component = 0; component < Dimension; component++)
                rows[(first + lane) * Dimension + component] = double.CreateTruncating(block[component * Lanes + lane]);
        }
    }

    /// <summary>Writes row-major N x d numbers into a storage of a format, rounded; padding becomes 0. O(N d).</summary>
    internal void FromRows(ReadOnlySpan<double> rows, AlignedBuffer storage, NumberFormat format)
    {
        if (format == NumberFormat.Double)
            FromRows<double>(rows, storage);
        else
            FromRows<float>(rows, storage);
    }

    /// <summary>The row-major N x d numbers of a storage of a format, widened, without padding. O(N d).</summary>
    internal double[] Rows(AlignedBuffer storage, NumberFormat format)
    {
        var rows = new double[(long)Particles * Dimension];
        if (format == NumberFormat.Double)
            ToRows<double>(storage, rows);
        else
            ToRows<float>(storage, rows);
        return rows;
    }

    private unsafe void Check<T>(int rows, AlignedBuffer storage)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)rows, (long)Particles * Dimension, nameof(rows));
        ArgumentOutOfRangeException.ThrowIfLessThan(storage.Length, Length * sizeof(T), nameof(storage));
    }
}

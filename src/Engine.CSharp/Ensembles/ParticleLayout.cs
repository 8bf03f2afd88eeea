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

    private const int PartLength = 1 << 20;

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

    /// <summary>The particles in parts of some megabytes, each beginning with a block: rows of a whole ensemble would be a copy of it.</summary>
    internal IEnumerable<(int First, int Count)> Parts
    {
        get
        {
            for (var first = 0; first < Particles; first += PartSize)
                yield return (first, Math.Min(PartSize, Particles - first));
        }
    }

    /// <summary>Particles of a part, but for the last one.</summary>
    internal int PartSize => Math.Max(Lanes, PartLength / Math.Max(1, Dimension) / Lanes * Lanes);

    /// <summary>Writes row-major numbers, one row for each particle from <paramref name="first"/> on, a multiple of 16, into a storage of
    /// <typeparamref name="T"/>, rounded; what pads the last block becomes 0.</summary>
    public void FromRows<T>(ReadOnlySpan<double> rows, AlignedBuffer storage, int first = 0)
        where T : unmanaged, INumberBase<T>
    {
        var count = Check<T>(rows.Length, storage, first);
        for (var start = 0; start < count; start += Lanes)
        {
            var block = storage.Slice<T>((long)(first + start) * Dimension, Lanes * Dimension);
            block.Clear();
            for (var lane = 0; lane < Math.Min(Lanes, count - start); lane++)
            for (var component = 0; component < Dimension; component++)
                block[component * Lanes + lane] = T.CreateTruncating(rows[(start + lane) * Dimension + component]);
        }
    }

    /// <summary>Reads a storage of <typeparamref name="T"/> as row-major numbers, one row for each particle from <paramref name="first"/>
    /// on, a multiple of 16.</summary>
    public void ToRows<T>(AlignedBuffer storage, Span<double> rows, int first = 0)
        where T : unmanaged, INumberBase<T>
    {
        var count = Check<T>(rows.Length, storage, first);
        for (var start = 0; start < count; start += Lanes)
        {
            ReadOnlySpan<T> block = storage.Slice<T>((long)(first + start) * Dimension, Lanes * Dimension);
            for (var lane = 0; lane < Math.Min(Lanes, count - start); lane++)
            for (var component = 0; component < Dimension; component++)
                rows[(start + lane) * Dimension + component] = double.CreateTruncating(block[component * Lanes + lane]);
        }
    }

    /// <summary>Writes rows into a storage of a format, as the other one.</summary>
    internal void FromRows(ReadOnlySpan<double> rows, AlignedBuffer storage, NumberFormat format, int first = 0)
    {
        if (format == NumberFormat.Double)
            FromRows<double>(rows, storage, first);
        else
            FromRows<float>(rows, storage, first);
    }

    /// <summary>The row-major N x d numbers of a storage of a format, widened, without padding. O(N d).</summary>
    internal double[] Rows(AlignedBuffer storage, NumberFormat format) => Rows(storage, format, 0, Particles);

    /// <summary>The rows of a part of the particles; <paramref name="first"/> is a multiple of 16.</summary>
    internal double[] Rows(AlignedBuffer storage, NumberFormat format, int first, int count)
    {
        var rows = new double[(long)count * Dimension];
        if (format == NumberFormat.Double)
            ToRows<double>(storage, rows, first);
        else
            ToRows<float>(storage, rows, first);
        return rows;
    }

    /// <summary>The particles that so many numbers are rows of.</summary>
    private unsafe int Check<T>(int numbers, AlignedBuffer storage, int first)
        where T : unmanaged
    {
        var count = Dimension == 0 ? 0 : numbers / Dimension;
        ArgumentOutOfRangeException.ThrowIfNotEqual((long)numbers, (long)count * Dimension, nameof(numbers));
        ArgumentOutOfRangeException.ThrowIfNotEqual(first % Lanes, 0, nameof(first));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(first + count, Particles, nameof(numbers));
        ArgumentOutOfRangeException.ThrowIfLessThan(storage.Length, Length * sizeof(T), nameof(storage));
        return count;
    }
}

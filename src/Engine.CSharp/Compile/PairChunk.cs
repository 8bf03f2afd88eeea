using System.Runtime.InteropServices;
using MeanField.Core;

namespace MeanField.Engine.Compile;

/// <summary>
/// Receives the outputs of a chunk of particles while they are in cache. The chunks of a group of superblocks come in order, by one worker;
/// groups run concurrently. Results that must not depend on threads are kept by group and joined in the order of the groups.
/// </summary>
public delegate void PairSink(PairChunk chunk);

/// <summary>The outputs of at most 512 consecutive particles: their own, and those with every node.</summary>
public readonly unsafe ref struct PairChunk
{
    private readonly long rows;
    private readonly int outputs;

    internal PairChunk(byte* rows, int outputs, int numberBytes) =>
        (this.rows, this.outputs, NumberBytes) = ((long)rows, outputs, numberBytes);

    /// <summary>The group of superblocks, from 0.</summary>
    public required int Group { get; init; }

    /// <summary>The worker that has the group.</summary>
    public required int Worker { get; init; }

    /// <summary>The first particle, counted over all N.</summary>
    public required int First { get; init; }

    /// <summary>Number of particles, at least 1.</summary>
    public required int Count { get; init; }

    /// <summary>Their particle outputs as <see cref="ParticleSink"/> has them: [block][component][16], padding 0.</summary>
    public required ReadOnlySpan<byte> Outputs { get; init; }

    /// <summary>The values of a pair output at a node, one a particle, as numbers of the program's pair format.</summary>
    public ReadOnlySpan<T> Row<T>(int output, int node)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(sizeof(T), NumberBytes, nameof(T));
        return new((void*)(rows + (node * (long)outputs + output) * RowBytes), Count);
    }

    /// <summary>Bytes of a number of the pair format.</summary>
    internal int NumberBytes { get; }

    /// <summary>The values of a pair output from its first node on; the next node's stand so many bytes further.</summary>
    internal (long Address, long Stride) Rows(int output) => (rows + output * (long)RowBytes, outputs * (long)RowBytes);

    private int RowBytes => PairOutputs.RowBytes(NumberBytes);
}

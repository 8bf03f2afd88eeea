using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>Whether the superblocks of this process keep their pair values between sweeps: all do where a memory cap allows it, else none, so that a large
/// ensemble does not fill the memory for a part of its speed.</summary>
internal sealed class PairStore
{
    private readonly int first;

    private PairStore(CompiledProgram compiled, int nodes, ParticleLayout layout, int first, int count, long memoryCap)
    {
        SuperblockLength = (long)layout.SuperblockSize * nodes * compiled.Plan.Stored.Count * compiled.Formats.OfPairs.Bytes;
        this.first = first;
        IsKept = SuperblockLength > 0 && count * SuperblockLength <= memoryCap;
        Length = IsKept ? count * SuperblockLength : 0;
    }

    /// <summary>The store of a program's pair values.</summary>
    public static PairStore Of(CompiledProgram compiled, int nodes, RankShare share, long memoryCap) =>
        new(compiled, nodes, share.Layout, share.First, share.Count, memoryCap);

    /// <summary>The largest store that one of several processes has: where that of most superblocks does not fit, one superblock less may.</summary>
    public static PairStore Largest(CompiledProgram compiled, int nodes, ParticleLayout layout, int processes, long memoryCap)
    {
        var most = RankShare.Most(layout, processes);
        var largest = new PairStore(compiled, nodes, layout, 0, most, memoryCap);
        return largest.IsKept || processes == 1 ? largest : new PairStore(compiled, nodes, layout, 0, most - 1, memoryCap);
    }

    /// <summary>Whether pair values are kept; else they are computed again.</summary>
    public bool IsKept { get; }

    /// <summary>Bytes of a superblock but the last.</summary>
    public long SuperblockLength { get; }

    /// <summary>Bytes of the whole store.</summary>
    public long Length { get; }

    /// <summary>First byte of a superblock of this process.</summary>
    public long Start(int superblock) => (superblock - first) * SuperblockLength;
}

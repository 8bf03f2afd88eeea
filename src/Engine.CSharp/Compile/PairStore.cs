using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>How many superblocks of this process keep their pair values between sweeps under a memory cap, and where.</summary>
internal sealed class PairStore
{
    private readonly long superblockLength;
    private readonly int first;

    private PairStore(CompiledProgram compiled, int nodes, ParticleLayout layout, int first, int count, long memoryCap)
    {
        superblockLength = (long)layout.SuperblockSize * nodes * compiled.Plan.Stored.Count * compiled.Formats.OfPairs.Bytes;
        this.first = first;
        Superblocks = superblockLength == 0 ? 0 : (int)Math.Min(count, memoryCap / superblockLength);
    }

    /// <summary>The store of a program's pair values.</summary>
    public static PairStore Of(CompiledProgram compiled, int nodes, RankShare share, long memoryCap) =>
        new(compiled, nodes, share.Layout, share.First, share.Count, memoryCap);

    /// <summary>The largest store that one of several processes has.</summary>
    public static PairStore Largest(CompiledProgram compiled, int nodes, ParticleLayout layout, int processes, long memoryCap) =>
        new(compiled, nodes, layout, 0, RankShare.Most(layout, processes), memoryCap);

    /// <summary>Superblocks that store; the rest recompute.</summary>
    public int Superblocks { get; }

    /// <summary>Bytes of the whole store.</summary>
    public long Length => Superblocks * superblockLength;

    /// <summary>Whether a superblock of this process stores.</summary>
    public bool Has(int superblock) => superblock - first < Superblocks;

    /// <summary>First byte of a superblock that stores.</summary>
    public long Start(int superblock) => (superblock - first) * superblockLength;
}

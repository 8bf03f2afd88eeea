using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>How many superblocks of this process keep their pair values between sweeps under a memory cap, and where.</summary>
internal sealed class PairStore
{
    private readonly long superblockLength;
    private readonly int first;

    private PairStore(int pairBytes, int nodes, RankShare share, long memoryCap)
    {
        superblockLength = (long)share.Layout.SuperblockSize * nodes * pairBytes;
        first = share.First;
        Superblocks = superblockLength == 0 ? 0 : (int)Math.Min(share.Count, memoryCap / superblockLength);
    }

    /// <summary>The store of a program's pair values.</summary>
    public static PairStore Of(CompiledProgram compiled, int nodes, RankShare share, long memoryCap) =>
        new(compiled.Plan.Stored.Count * compiled.Formats.OfPairs.Bytes, nodes, share, memoryCap);

    /// <summary>Superblocks that store; the rest recompute.</summary>
    public int Superblocks { get; }

    /// <summary>Bytes of the whole store.</summary>
    public long Length => Superblocks * superblockLength;

    /// <summary>Whether a superblock of this process stores.</summary>
    public bool Has(int superblock) => superblock - first < Superblocks;

    /// <summary>First byte of a superblock that stores.</summary>
    public long Start(int superblock) => (superblock - first) * superblockLength;
}

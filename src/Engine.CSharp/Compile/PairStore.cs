using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>How many superblocks keep their pair values between sweeps under a memory cap, and where.</summary>
internal sealed class PairStore
{
    private readonly long superblockLength;

    private PairStore(int pairBytes, int nodes, ParticleLayout layout, long memoryCap)
    {
        superblockLength = (long)layout.SuperblockSize * nodes * pairBytes;
        Superblocks = superblockLength == 0 ? 0 : (int)Math.Min(layout.Superblocks, memoryCap / superblockLength);
    }

    /// <summary>The store of a program's pair values.</summary>
    public static PairStore Of(CompiledProgram compiled, int nodes, ParticleLayout layout, long memoryCap) =>
        new(compiled.Plan.Stored.Count * compiled.Formats.OfPairs.Bytes, nodes, layout, memoryCap);

    /// <summary>Superblocks that store; the rest recompute.</summary>
    public int Superblocks { get; }

    /// <summary>Bytes of the whole store.</summary>
    public long Length => Superblocks * superblockLength;

    /// <summary>Whether a superblock stores.</summary>
    public bool Has(int superblock) => superblock < Superblocks;

    /// <summary>First byte of a superblock that stores.</summary>
    public long Start(int superblock) => superblock * superblockLength;
}

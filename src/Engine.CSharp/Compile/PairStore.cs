using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>Whether the superblocks of this process keep their pair values between sweeps: all do where a memory cap allows it, else none, so that a large
/// ensemble does not fill the memory for a part of its speed.</summary>
internal sealed class PairStore
{
    private readonly long superblockLength;
    private readonly int first;

    private PairStore(int pairBytes, int nodes, RankShare share, long memoryCap)
    {
        superblockLength = (long)share.Layout.SuperblockSize * nodes * pairBytes;
        first = share.First;
        IsKept = superblockLength > 0 && share.Count * superblockLength <= memoryCap;
        Length = IsKept ? share.Count * superblockLength : 0;
    }

    /// <summary>The store of a program's pair values.</summary>
    public static PairStore Of(CompiledProgram compiled, int nodes, RankShare share, long memoryCap) =>
        new(compiled.Plan.Stored.Count * compiled.Formats.OfPairs.Bytes, nodes, share, memoryCap);

    /// <summary>Whether pair values are kept; else they are computed again.</summary>
    public bool IsKept { get; }

    /// <summary>Bytes of the whole store.</summary>
    public long Length { get; }

    /// <summary>First byte of a superblock of this process.</summary>
    public long Start(int superblock) => (superblock - first) * superblockLength;
}

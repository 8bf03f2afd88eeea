using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>
/// The 16 lane sums of one kind in a superblock, in the format of their terms, and where their folds go: binary64 ones are folded
/// at the superblock's end, binary32 ones after every chunk, their folds added in binary64 (ReductionOrder).
/// </summary>
/// <param name="Slot">The worker's buffer.</param>
/// <param name="Format">The format of the terms.</param>
/// <param name="Count">Components of all sums of the kind.</param>
/// <param name="Folds">The sums of all superblocks.</param>
/// <param name="First">First sum of the kind within a superblock's.</param>
/// <param name="Stride">Sums of a superblock.</param>
internal sealed unsafe record LaneSums(Frame Slot, NumberFormat Format, int Count, AlignedBuffer Folds, int First, int Stride)
{
    private long LaneBytes { get; } = (long)Count * ParticleLayout.Lanes * Format.Bytes;

    /// <summary>All sums at +0.</summary>
    public void Start(Worker worker, int superblock)
    {
        worker.Buffer(Slot, LaneBytes).Clear(LaneBytes);
        new Span<double>(Fold(superblock), Count).Clear();
    }

    public void EndChunk(Worker worker, int superblock)
    {
        if (Format == NumberFormat.Single)
            LaneFold.Move((float*)worker.Buffer(Slot, LaneBytes).Start, Count, Fold(superblock));
    }

    public void End(Worker worker, int superblock)
    {
        if (Format == NumberFormat.Double)
            LaneFold.Fold((double*)worker.Buffer(Slot, LaneBytes).Start, Count, Fold(superblock));
    }

    private double* Fold(int superblock) => (double*)Folds.Start + superblock * (long)Stride + First;
}

using MeanField.Engine.Collectives;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Ensembles;

/// <summary>The superblocks that each process of a run works on: consecutive ones, as many as of the others or one more.</summary>
public sealed record RankShare(ParticleLayout Layout, ICommunicator Ranks)
{
    /// <summary>The first superblock of this process.</summary>
    public int First => FirstOf(Ranks.Rank);

    /// <summary>How many it has; 0 where there are more processes than superblocks.</summary>
    public int Count => FirstOf(Ranks.Rank + 1) - First;

    /// <summary>The most superblocks that one of several processes has.</summary>
    public static int Most(ParticleLayout layout, int processes) => (layout.Superblocks + processes - 1) / processes;

    /// <summary>Collective. Every process gets the numbers that the others wrote for their superblocks, <paramref name="length"/> of each superblock.</summary>
    internal void AllGather(AlignedBuffer numbers, int length) => AllGather(numbers, superblock => (long)superblock * length);

    /// <summary>Collective. Every process gets the particles of the others in a state of the layout.</summary>
    internal void AllGather(AlignedBuffer state, NumberFormat format) =>
        AllGather(
            state,
            // Blocks of 16 lanes hold whole binary64 numbers in either format.
            superblock =>
                Math.Min((long)superblock * Layout.SuperblockSize, Layout.PaddedParticles)
                * Layout.Dimension
                * format.Bytes
                / sizeof(double)
        );

    /// <summary>Collective. Every process gets the particles that the first one has in a state of the layout.</summary>
    internal void TakeFirst(AlignedBuffer state, NumberFormat format)
    {
        if (Ranks.Size == 1)
            return;
        var counts = new int[Ranks.Size];
        counts[0] = checked((int)(Layout.Length * format.Bytes / sizeof(double)));
        Ranks.AllGather(state.Slice<double>(0, counts[0]), counts);
    }

    private void AllGather(AlignedBuffer numbers, Func<int, long> start)
    {
        if (Ranks.Size == 1)
            return;
        var counts = new int[Ranks.Size];
        for (var rank = 0; rank < counts.Length; rank++)
            counts[rank] = checked((int)(start(FirstOf(rank + 1)) - start(FirstOf(rank))));
        Ranks.AllGather(numbers.Slice<double>(0, checked((int)start(Layout.Superblocks))), counts);
    }

    private int FirstOf(int rank) => (int)((long)rank * Layout.Superblocks / Ranks.Size);
}

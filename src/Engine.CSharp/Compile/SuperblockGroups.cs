namespace MeanField.Engine.Compile;

/// <summary>
/// Consecutive superblocks in groups, by their number alone: 16 keep any likely team busy and are few enough to keep large sums of each.
/// </summary>
internal readonly record struct SuperblockGroups(int Superblocks)
{
    private const int Most = 16;

    /// <summary>Number of groups.</summary>
    public int Count => Math.Min(Most, Superblocks);

    /// <summary>First superblock of a group; that of the group behind the last one is their number.</summary>
    public int First(int group) => (int)((long)group * Superblocks / Count);

    /// <summary>The group of a superblock.</summary>
    public int Of(int superblock) => (int)(((superblock + 1L) * Count - 1) / Superblocks);
}

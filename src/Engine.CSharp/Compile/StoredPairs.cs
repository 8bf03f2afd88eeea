using System.Linq.Expressions;

namespace MeanField.Engine.Compile;

/// <summary>
/// Expensive pair values that one sweep keeps for a later one: blocks [node][value][P*W] a tile, so that both sweeps walk the memory
/// in sequence.
/// </summary>
internal sealed class StoredPairs(Nest nest, IReadOnlyList<int> values, EmittedLanes lanes, TileShape tile, Expression pointer)
{
    private readonly HashSet<int> written = [];

    /// <summary>Stored values of one pair, those of the whole program: every sweep sees the same layout.</summary>
    public int Count => values.Count;

    /// <summary>Bytes of one node's block.</summary>
    public long NodeBytes => (long)Count * tile.Particles * sizeof(double);

    /// <summary>The registers of a value that is in memory by now, or null.</summary>
    public Bundle? Load(int value) =>
        nest.Loaded.Contains(value) || written.Contains(value) ? lanes.Assign(false, k => lanes.Machine.Load(Place(value, k))) : null;

    /// <summary>Stores a value that has to be kept, the first time it is computed.</summary>
    public void Keep(int value, Bundle bundle)
    {
        if (!nest.Kept.Contains(value) || !written.Add(value))
            return;
        for (var k = 0; k < tile.Registers; k++)
            lanes.Body.Append(lanes.Machine.Store(Place(value, k), bundle[k]));
    }

    private Expression Place(int value, int register) =>
        Operands.Offset(pointer, null, 0, ((long)values.ToList().IndexOf(value) * tile.Particles + register * tile.Width) * sizeof(double));
}

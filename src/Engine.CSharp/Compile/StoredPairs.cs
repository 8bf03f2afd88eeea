using System.Linq.Expressions;
using MeanField.Core;

namespace MeanField.Engine.Compile;

/// <summary>
/// Pair values that one sweep keeps for a later one: blocks [node][value][T] a tile, so that both sweeps walk the memory
/// in sequence.
/// </summary>
internal sealed class StoredPairs(Nest nest, IReadOnlyList<int> values, KernelLanes lanes, Expression pointer)
{
    private const long CacheLine = 64;
    private readonly HashSet<int> written = [];
    private readonly List<int> places = [.. values];
    private readonly EmittedLanes pairs = lanes[lanes.Formats.OfPairs];
    private readonly TileShape tile = lanes.Tile(lanes.Formats.OfPairs);

    /// <summary>Bytes of one node's block; stored values are those of the whole program: every sweep sees the same layout.</summary>
    public long NodeBytes => values.Count * tile.TileStride;

    /// <summary>Bytes of one particle's values at one node.</summary>
    public long PairBytes => (long)values.Count * tile.Bytes;

    /// <summary>Whether a loop of the nest keeps values, in the first sweep that does.</summary>
    public bool IsFirstIn(int level, Axes over) => nest.Loaded.Count == 0 && nest.InnerAt(level, over).Any(nest.Kept.Contains);

    /// <summary>Fetches the current node's block of a tile so many bytes away.</summary>
    public void Fetch(Expression distance)
    {
        for (var line = 0L; line < NodeBytes; line += CacheLine)
            lanes.Body.Append(Methods.Call(typeof(Memory), nameof(Memory.Prefetch), pointer, Operands.Offset(distance, null, 0, line)));
    }

    /// <summary>The registers of a value that is in memory by now, or null.</summary>
    public Bundle? Load(int value) =>
        nest.Loaded.Contains(value) || written.Contains(value) ? pairs.Assign(false, k => pairs.Machine.Load(Place(value, k))) : null;

    /// <summary>Stores a value that has to be kept, the first time it is computed.</summary>
    public void Keep(int value, Bundle bundle)
    {
        if (nest.Kept.Contains(value) && written.Add(value))
            lanes.Store(bundle, lanes.Formats.OfPairs, k => Place(value, k));
    }

    private Expression Place(int value, int register) =>
        Operands.Offset(pointer, null, 0, places.IndexOf(value) * tile.TileStride + tile.TileBytes(register));
}

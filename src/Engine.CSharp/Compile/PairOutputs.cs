using System.Linq.Expressions;
using MeanField.Core;

namespace MeanField.Engine.Compile;

/// <summary>
/// The pair outputs of a chunk of particles, rows [node][output][particle of the chunk]: every tile writes its piece of each row. Lanes of
/// padding hold anything: no reader is shown them. <c>all</c> are the pair outputs of the whole program.
/// </summary>
internal sealed class PairOutputs(IReadOnlyList<int> all, Nest nest, KernelLanes lanes, Operands operands)
{
    private readonly ParameterExpression place = lanes.Body.Variable(typeof(long));
    private readonly int bytes = lanes.Formats.OfPairs.Bytes;

    /// <summary>Bytes from one row to the next: one more line than the particles fill, or all rows would compete for the same sets of a cache.</summary>
    public static int RowBytes(int numberBytes) => ReductionOrder.Chunk * numberBytes + 64;

    /// <summary>Before a loop over nodes, for the tile at a particle of the superblock.</summary>
    public void Start(Expression start, Expression first)
    {
        if (nest.PairOutputs.Count == 0)
            return;
        var particle = Expression.And(first, Expression.Constant(ReductionOrder.Chunk - 1L));
        lanes.Body.Set(place, Expression.Add(start, Expression.Multiply(particle, Expression.Constant((long)bytes))));
    }

    /// <summary>Writes the outputs that the loop of a level computes.</summary>
    public void Store(int level, Axes over)
    {
        var here = nest.PairOutputsAt(level, over).ToHashSet();
        foreach (var output in Enumerable.Range(0, all.Count).Where(output => here.Contains(all[output])))
            lanes.Store(
                operands.Read(all[output], null),
                lanes.Formats.OfPairs,
                k => Operands.Offset(place, null, 0, (long)output * RowBytes(bytes) + lanes.Tile(lanes.Formats.OfPairs).TileBytes(k))
            );
    }

    /// <summary>On to the next node.</summary>
    public void Advance()
    {
        if (nest.PairOutputs.Count > 0)
            lanes.Body.Set(place, Expression.Add(place, Expression.Constant((long)all.Count * RowBytes(bytes))));
    }
}

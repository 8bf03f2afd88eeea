using System.Linq.Expressions;
using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>Keeps the lanes behind a superblock's last particle out of sums and outputs, in kernels of the ragged tail; in others it does nothing.</summary>
internal sealed class Padding(KernelLanes lanes, bool exists)
{
    private readonly Dictionary<NumberFormat, (Bundle Index, Bundle Limit)> masks = [];

    /// <summary>The particles' numbers within the superblock, from the tile's first one, and where padding starts.</summary>
    public void Emit(Expression first, Expression particles)
    {
        foreach (var format in exists ? lanes.Formats.All : [])
        {
            var machine = lanes[format].Machine;
            var index = lanes[format]
                .Assign(false, k => machine.Arithmetic(Operation.Add, machine.Iota(k * machine.Width), machine.Integer(first)));
            masks[format] = (index, lanes[format].Assign(true, _ => machine.Integer(particles)));
        }
    }

    /// <summary>A register of a sum with the particles' terms added, and without those of padding.</summary>
    public Expression Sum(NumberFormat format, Expression added, Expression before, int register) =>
        exists
            ? lanes[format].Machine.Select(Comparison.Less, masks[format].Index[register], masks[format].Limit[0], added, before)
            : added;

    /// <summary>A particle output, whose padding takes 0: nothing of it, NaN included, leaks.</summary>
    public Bundle Output(Bundle value)
    {
        if (!exists)
            return value;
        var others = lanes[lanes.Formats.OfOthers];
        var (index, limit) = masks[others.Format];
        return others.Select(Comparison.Less, index, limit, value, others.Constant(0));
    }
}

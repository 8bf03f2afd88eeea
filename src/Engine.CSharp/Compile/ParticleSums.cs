using System.Linq.Expressions;
using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>Sums over particles in memory: a tile's terms join the 16 lane sums of every component, lane by lane in particle order.</summary>
internal sealed class ParticleSums(KernelProgram program, KernelLanes lanes, Operands operands, SumLayout layout, Padding padding)
{
    /// <summary>Adds a tile to a sum whose kind's lane sums start at an address.</summary>
    public void Add(int value, Expression start)
    {
        var contract = (Instruction.Contract)program.Code[value].Instruction;
        var format = lanes.Formats.OfTerms(value);
        var tile = lanes.Tile(format);
        lanes.Body.Each(
            program.Code[value].Width,
            component =>
                AddToLanes(
                    format,
                    operands.Read(contract.left, null, format),
                    operands.Read(contract.right, component, format),
                    group =>
                        Operands.Offset(start, component, tile.BlockStride, layout.Offset(value) * tile.BlockStride + tile.LaneBytes(group))
                )
        );
    }

    private void AddToLanes(NumberFormat format, Bundle left, Bundle right, Func<int, Expression> address)
    {
        var (machine, tile) = (lanes[format].Machine, lanes.Tile(format));
        for (var group = 0; group < tile.LaneGroups; group++)
        {
            var sum = lanes.Body.Variable(machine.Register);
            lanes.Body.Set(sum, machine.Load(address(group)));
            for (var k = group; k < tile.Registers; k += tile.LaneGroups)
                lanes.Body.Set(sum, padding.Sum(format, machine.FusedMultiplyAdd(left[k], right[k], sum, negated: false), sum, k));
            lanes.Body.Append(machine.Store(address(group), sum));
        }
    }
}

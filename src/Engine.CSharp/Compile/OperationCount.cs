using System.Collections.Concurrent;
using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>An arithmetic without numbers: it counts the operations of an algorithm, constants free.</summary>
internal sealed class OperationCount : ILanes<OperationCount.Nothing>
{
    private static readonly ConcurrentDictionary<string, int> Elementary = new();

    private int count;

    private OperationCount() { }

    /// <summary>Operations on one register for each component of a value; sums over an axis count one a term.</summary>
    public static int Of(KernelProgram program, int value) =>
        program.Code[value].Instruction switch
        {
            Instruction.Literal or Instruction.Input or Instruction.Slice or Instruction.Join => 0,
            Instruction.Elementary elementary => Elementary.GetOrAdd(elementary.name, OfFunction),
            Instruction.Dot dot => Math.Max(program.Code[dot.left].Width, program.Code[dot.right].Width),
            _ => 1,
        };

    private static int OfFunction(string name)
    {
        var lanes = new OperationCount();
        ElementaryFunctions.Apply(name, lanes, default(Nothing));
        return lanes.count;
    }

    public NumberFormat Format => NumberFormat.Double;

    public Nothing Constant(double value) => default;

    public Nothing Bits(ulong pattern) => default;

    public Nothing Add(Nothing left, Nothing right) => One();

    public Nothing Subtract(Nothing left, Nothing right) => One();

    public Nothing Multiply(Nothing left, Nothing right) => One();

    public Nothing Divide(Nothing left, Nothing right) => One();

    public Nothing FusedMultiplyAdd(Nothing left, Nothing right, Nothing addend) => One();

    public Nothing FusedNegatedMultiplyAdd(Nothing left, Nothing right, Nothing addend) => One();

    public Nothing Min(Nothing left, Nothing right) => One();

    public Nothing Max(Nothing left, Nothing right) => One();

    public Nothing SquareRoot(Nothing value) => One();

    public Nothing And(Nothing left, Nothing right) => One();

    public Nothing Or(Nothing left, Nothing right) => One();

    public Nothing Xor(Nothing left, Nothing right) => One();

    public Nothing Xor(Nothing first, Nothing second, Nothing third) => One();

    public Nothing ShiftLeft(Nothing value, int bits) => One();

    public Nothing ShiftRight(Nothing value, int bits) => One();

    public Nothing AddBits(Nothing left, Nothing right) => One();

    public Nothing MultiplyLow32(Nothing left, Nothing right) => One();

    public Nothing Select(Comparison test, Nothing left, Nothing right, Nothing yes, Nothing no) => One();

    private Nothing One()
    {
        count++;
        return default;
    }

    /// <summary>What stands for a number.</summary>
    internal readonly struct Nothing;
}

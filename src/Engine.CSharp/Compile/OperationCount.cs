using System.Collections.Concurrent;
using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>An arithmetic without numbers: it counts the operations of an algorithm, constants free.</summary>
internal sealed class OperationCount : ILanes<ValueTuple>
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
        ElementaryFunctions.Apply(name, lanes, default(ValueTuple));
        return lanes.count;
    }

    public NumberFormat Format => NumberFormat.Double;

    public ValueTuple Constant(double value) => default;

    public ValueTuple Bits(ulong pattern) => default;

    public ValueTuple Add(ValueTuple left, ValueTuple right) => One();

    public ValueTuple Subtract(ValueTuple left, ValueTuple right) => One();

    public ValueTuple Multiply(ValueTuple left, ValueTuple right) => One();

    public ValueTuple Divide(ValueTuple left, ValueTuple right) => One();

    public ValueTuple FusedMultiplyAdd(ValueTuple left, ValueTuple right, ValueTuple addend) => One();

    public ValueTuple FusedNegatedMultiplyAdd(ValueTuple left, ValueTuple right, ValueTuple addend) => One();

    public ValueTuple Min(ValueTuple left, ValueTuple right) => One();

    public ValueTuple Max(ValueTuple left, ValueTuple right) => One();

    public ValueTuple SquareRoot(ValueTuple value) => One();

    public ValueTuple And(ValueTuple left, ValueTuple right) => One();

    public ValueTuple Or(ValueTuple left, ValueTuple right) => One();

    public ValueTuple Xor(ValueTuple left, ValueTuple right) => One();

    public ValueTuple Xor(ValueTuple first, ValueTuple second, ValueTuple third) => One();

    public ValueTuple ShiftLeft(ValueTuple value, int bits) => One();

    public ValueTuple ShiftRight(ValueTuple value, int bits) => One();

    public ValueTuple AddBits(ValueTuple left, ValueTuple right) => One();

    public ValueTuple MultiplyLow32(ValueTuple left, ValueTuple right) => One();

    public ValueTuple Select(Comparison test, ValueTuple left, ValueTuple right, ValueTuple yes, ValueTuple no) => One();

    private ValueTuple One()
    {
        count++;
        return default;
    }
}

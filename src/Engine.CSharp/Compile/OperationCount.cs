using System.Collections.Concurrent;
using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>An arithmetic without numbers: it counts the operations of an algorithm, constants free.</summary>
internal sealed class OperationCount : ILanes<OperationCount.Nothing>
{
    private static readonly ConcurrentDictionary<string, Arithmetic> OfDouble = new();
    private static readonly ConcurrentDictionary<string, Arithmetic> OfSingle = new();

    private Arithmetic count = new(0, 0, 0, 0, 0);

    private OperationCount(NumberFormat format) => Format = format;

    /// <summary>Operations on one register for each component of a value; sums over an axis count one a term.</summary>
    public static int Of(KernelProgram program, int value) =>
        program.Code[value].Instruction switch
        {
            Instruction.Literal or Instruction.Input or Instruction.Slice or Instruction.Join => 0,
            Instruction.Elementary elementary => OfFunction(elementary.name, NumberFormat.Double).All,
            Instruction.Dot dot => Math.Max(program.Code[dot.left].Width, program.Code[dot.right].Width),
            _ => 1,
        };

    /// <summary>The operations of an elementary function's algorithm in a format.</summary>
    public static Arithmetic OfFunction(string name, NumberFormat format) =>
        (format == NumberFormat.Double ? OfDouble : OfSingle).GetOrAdd(
            name,
            _ =>
            {
                var lanes = new OperationCount(format);
                ElementaryFunctions.Apply(name, lanes, default(Nothing));
                return lanes.count;
            }
        );

    public NumberFormat Format { get; }

    public Nothing Constant(double value) => default;

    public Nothing Bits(ulong pattern) => default;

    public Nothing Add(Nothing left, Nothing right) => One(Arithmetic.Addition);

    public Nothing Subtract(Nothing left, Nothing right) => One(Arithmetic.Addition);

    public Nothing Multiply(Nothing left, Nothing right) => One(Arithmetic.Multiplication);

    public Nothing Divide(Nothing left, Nothing right) => One(Arithmetic.Division);

    public Nothing FusedMultiplyAdd(Nothing left, Nothing right, Nothing addend) => One(Arithmetic.MultiplyAdd);

    public Nothing FusedNegatedMultiplyAdd(Nothing left, Nothing right, Nothing addend) => One(Arithmetic.MultiplyAdd);

    public Nothing Min(Nothing left, Nothing right) => One(Arithmetic.Other);

    public Nothing Max(Nothing left, Nothing right) => One(Arithmetic.Other);

    public Nothing SquareRoot(Nothing value) => One(Arithmetic.Division);

    public Nothing And(Nothing left, Nothing right) => One(Arithmetic.Other);

    public Nothing Or(Nothing left, Nothing right) => One(Arithmetic.Other);

    public Nothing Xor(Nothing left, Nothing right) => One(Arithmetic.Other);

    public Nothing Xor(Nothing first, Nothing second, Nothing third) => One(Arithmetic.Other);

    public Nothing ShiftLeft(Nothing value, int bits) => One(Arithmetic.Other);

    public Nothing ShiftRight(Nothing value, int bits) => One(Arithmetic.Other);

    public Nothing AddBits(Nothing left, Nothing right) => One(Arithmetic.Other);

    public Nothing SubtractBits(Nothing left, Nothing right) => One(Arithmetic.Other);

    public Nothing MultiplyLow32(Nothing left, Nothing right) => One(Arithmetic.Other);

    public Nothing Select(Comparison test, Nothing left, Nothing right, Nothing yes, Nothing no) => One(Arithmetic.Other);

    private Nothing One(Arithmetic kind)
    {
        count += kind;
        return default;
    }

    /// <summary>What stands for a number.</summary>
    internal readonly struct Nothing;
}

using System.Linq.Expressions;
using MeanField.Core;

namespace MeanField.Engine.Compile;

/// <summary>
/// One vector register of a target: the expressions of every operation of the generic arithmetic on W lanes.
/// The generator is the same for all targets; only this differs.
/// </summary>
internal abstract class Machine
{
    /// <summary>W, lanes of one register.</summary>
    public abstract int Width { get; }

    /// <summary>The type of a register.</summary>
    public abstract Type Register { get; }

    public abstract Expression Constant(double value);

    /// <summary>first, first + 1, ... in the lanes.</summary>
    public abstract Expression Iota(int first);

    /// <summary>A scalar expression of type double in every lane.</summary>
    public abstract Expression Spread(Expression value);

    public abstract Expression Load(Expression address);

    public abstract Expression Store(Expression address, Expression value);

    /// <summary>The double at the address in every lane.</summary>
    public abstract Expression Broadcast(Expression address);

    public abstract Expression Arithmetic(Operation operation, Expression left, Expression right);

    public abstract Expression FusedMultiplyAdd(Expression left, Expression right, Expression addend, bool negated);

    public abstract Expression SquareRoot(Expression value);

    public abstract Expression And(Expression left, Expression right);

    public abstract Expression Or(Expression left, Expression right);

    public abstract Expression Xor(Expression left, Expression right);

    public abstract Expression ShiftLeft(Expression value, int bits);

    public abstract Expression ShiftRight(Expression value, int bits);

    public abstract Expression AddBits(Expression left, Expression right);

    public abstract Expression MultiplyLow32(Expression left, Expression right);

    public abstract Expression Select(Comparison test, Expression left, Expression right, Expression yes, Expression no);

    public static Machine Of(VectorTarget target) =>
        target switch
        {
            VectorTarget.Scalar => new ScalarMachine(),
            VectorTarget.Bits512 => new Machine512(),
            _ => throw new ArgumentOutOfRangeException(nameof(target), target, null),
        };
}

using System.Linq.Expressions;
using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>
/// One register of a target in one format: the expressions of every operation of the generic arithmetic on W lanes.
/// The generator is the same for all targets and formats; only this differs.
/// </summary>
internal abstract class Machine(NumberFormat format)
{
    /// <summary>The format of a lane.</summary>
    public NumberFormat Format { get; } = format;

    /// <summary>W, lanes of one register.</summary>
    public abstract int Width { get; }

    /// <summary>Registers that a kernel may count on: 32 with AVX-512, 16 otherwise.</summary>
    public int RegisterFile => Width * Format.Bits == 512 ? 32 : 16;

    /// <summary>The type of a register.</summary>
    public abstract Type Register { get; }

    /// <summary>The number in every lane, rounded to the format.</summary>
    public Expression Constant(double value) => Bits(Format.Pattern(value));

    /// <summary>The pattern in every lane.</summary>
    public abstract Expression Bits(ulong pattern);

    /// <summary>The pattern in every lane from a place in memory of register <paramref name="register"/> of a tile alone; null where a register or one lane does as well.</summary>
    public virtual Expression? Place(ulong pattern, int register) => null;

    /// <summary>An integer expression in every lane, exact below 2^24.</summary>
    public Expression Integer(Expression value) => Spread(Expression.Convert(value, Format.Type));

    /// <summary>first, first + 1, ... in the lanes.</summary>
    public abstract Expression Iota(int first);

    /// <summary>A scalar expression of the format's type in every lane.</summary>
    public abstract Expression Spread(Expression value);

    public abstract Expression Load(Expression address);

    public abstract Expression Store(Expression address, Expression value);

    /// <summary>The number at the address in every lane.</summary>
    public Expression Broadcast(Expression address) => Spread(Methods.CallOf(typeof(Memory), nameof(Memory.Load), Format.Type, address));

    public abstract Expression Arithmetic(Operation operation, Expression left, Expression right);

    public abstract Expression FusedMultiplyAdd(Expression left, Expression right, Expression addend, bool negated);

    public abstract Expression SquareRoot(Expression value);

    public abstract Expression And(Expression left, Expression right);

    public abstract Expression Or(Expression left, Expression right);

    public abstract Expression Xor(Expression left, Expression right);

    public abstract Expression ShiftLeft(Expression value, int bits);

    public abstract Expression ShiftRight(Expression value, int bits);

    public abstract Expression AddBits(Expression left, Expression right);

    public abstract Expression SubtractBits(Expression left, Expression right);

    public abstract Expression MultiplyLow32(Expression left, Expression right);

    public abstract Expression Select(Comparison test, Expression left, Expression right, Expression yes, Expression no);

    /// <summary>-1, 0 or 1 with NaN and the sign of 0, by one instruction; null where there is none.</summary>
    public virtual Expression? Sign(Expression value) => null;

    /// <summary>0, 1/2 or 1 with NaN, by one instruction; null where there is none.</summary>
    public virtual Expression? Heaviside(Expression value) => null;

    /// <summary>Half 0 or 1 of a binary32 register as one of this binary64 machine; the only half of one lane.</summary>
    public abstract Expression Widen(Expression value, int half);

    /// <summary>Two binary64 registers, the same one twice if it is one lane, rounded into one of this binary32 machine.</summary>
    public abstract Expression Narrow(Expression lower, Expression upper);

    /// <summary>The low 32 bits of the patterns of two binary64 registers (the same one twice if it is one lane), as one of this binary32
    /// machine.</summary>
    public abstract Expression Pack(Expression lower, Expression upper);

    public static Machine Of(VectorTarget target, NumberFormat format) =>
        target == VectorTarget.Scalar ? new ScalarMachine(format) : new VectorMachine(target, format);
}

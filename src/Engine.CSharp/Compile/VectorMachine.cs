using System.Linq.Expressions;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>
/// Registers of 128, 256 or 512 bits. Instructions are called by their own methods, which the JIT never leaves as calls.
/// </summary>
internal sealed class VectorMachine : Machine
{
    // Responses by class, from the lowest four bits: quiet NaN, signalling NaN, 0, 1, -infinity, infinity, below, above 0. A response of 1 is the number itself,
    // 2 the number as a quiet NaN, 8 is 0, 9 is -1, A is 1, B is 1/2 (VFIXUPIMM).
    private const ulong SignTable = 0xA9A9A111;
    private const ulong HeavisideTable = 0xA8A8AB22;

    private readonly Type vectors;
    private readonly Type word;
    private readonly InstructionSets sets;

    public VectorMachine(VectorTarget target, NumberFormat format)
        : base(format)
    {
        (vectors, var generic, sets) = target switch
        {
            VectorTarget.Bits512 => (typeof(Vector512), typeof(Vector512<>), InstructionSets.Bits512),
            VectorTarget.Bits256 => (typeof(Vector256), typeof(Vector256<>), InstructionSets.Bits256),
            VectorTarget.Bits128 => (typeof(Vector128), typeof(Vector128<>), InstructionSets.Bits128(format)),
            _ => throw new ArgumentOutOfRangeException(nameof(target), target, null),
        };
        word = format == NumberFormat.Double ? typeof(ulong) : typeof(uint);
        Register = generic.MakeGenericType(format.Type);
        Width = target.Bits() / format.Bits;
    }

    public override int Width { get; }

    public override Type Register { get; }

    public override Expression Iota(int first) => Load(Expression.Constant(ConstantPool.Integers(Format) + (long)first * Format.Bytes));

    /// <summary>All but 0 from the pool.</summary>
    public override Expression Bits(ulong pattern) =>
        Spread(pattern == 0 ? Expression.Default(Format.Type) : ConstantPool.Load(pattern, Format, Format.Type, lanes: 1, copy: 0));

    /// <summary>With 16 registers; with 32 instructions spread one lane as they read it.</summary>
    public override Expression? Place(ulong pattern, int register) =>
        RegisterFile == 16 && pattern != 0 ? ConstantPool.Load(pattern, Format, Register, Width, register) : null;

    public override Expression Spread(Expression value) => Generic(nameof(Vector512.Create), value);

    public override Expression Load(Expression address) => Methods.CallOf(typeof(Memory), nameof(Memory.Load), Register, address);

    public override Expression Store(Expression address, Expression value) =>
        Methods.CallOf(typeof(Memory), nameof(Memory.Store), Register, address, value);

    public override Expression Arithmetic(Operation operation, Expression left, Expression right) =>
        operation switch
        {
            Operation.Add => Methods.Call(sets.Arithmetic, nameof(Avx.Add), left, right),
            Operation.Subtract => Methods.Call(sets.Arithmetic, nameof(Avx.Subtract), left, right),
            Operation.Multiply => Methods.Call(sets.Arithmetic, nameof(Avx.Multiply), left, right),
            Operation.Divide => Methods.Call(sets.Arithmetic, nameof(Avx.Divide), left, right),
            Operation.Min => Methods.Call(sets.Arithmetic, nameof(Avx.Min), left, right),
            Operation.Max => Methods.Call(sets.Arithmetic, nameof(Avx.Max), left, right),
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
        };

    public override Expression FusedMultiplyAdd(Expression left, Expression right, Expression addend, bool negated) =>
        Methods.Call(sets.Fused, negated ? sets.FusedNegatedName : sets.FusedName, left, right, addend);

    public override Expression SquareRoot(Expression value) => Methods.Call(sets.Arithmetic, nameof(Avx.Sqrt), value);

    public override Expression And(Expression left, Expression right) => Methods.Call(sets.Logic, nameof(Avx.And), left, right);

    public override Expression Or(Expression left, Expression right) => Methods.Call(sets.Logic, nameof(Avx.Or), left, right);

    public override Expression Xor(Expression left, Expression right) => Methods.Call(sets.Logic, nameof(Avx.Xor), left, right);

    public override Expression ShiftLeft(Expression value, int bits) => Shift(nameof(Avx2.ShiftLeftLogical), value, bits);

    public override Expression ShiftRight(Expression value, int bits) => Shift(nameof(Avx2.ShiftRightLogical), value, bits);

    public override Expression AddBits(Expression left, Expression right) =>
        Value(Methods.Call(sets.Integers, nameof(Avx2.Add), As(left, word), As(right, word)));

    public override Expression SubtractBits(Expression left, Expression right) =>
        Value(Methods.Call(sets.Integers, nameof(Avx2.Subtract), As(left, word), As(right, word)));

    public override Expression MultiplyLow32(Expression left, Expression right) =>
        Value(Methods.Call(sets.Integers, nameof(Avx2.Multiply), As(left, typeof(uint)), As(right, typeof(uint))));

    public override Expression Select(Comparison test, Expression left, Expression right, Expression yes, Expression no) =>
        test switch
        {
            Comparison.Less => Choose(nameof(Vector512.LessThan), left, right, yes, no),
            Comparison.LessOrEqual => Choose(nameof(Vector512.LessThanOrEqual), left, right, yes, no),
            Comparison.Equal => Choose(nameof(Vector512.Equals), left, right, yes, no),
            Comparison.NotEqual => Choose(nameof(Vector512.Equals), left, right, no, yes),
            _ => throw new ArgumentOutOfRangeException(nameof(test), test, null),
        };

    public override Expression? Sign(Expression value) => FixUp(SignTable, value);

    public override Expression? Heaviside(Expression value) => FixUp(HeavisideTable, value);

    public override Expression Widen(Expression value, int half) =>
        Methods.Call(vectors, half == 0 ? nameof(Vector512.WidenLower) : nameof(Vector512.WidenUpper), value);

    public override Expression Narrow(Expression lower, Expression upper) => Methods.Call(vectors, nameof(Vector512.Narrow), lower, upper);

    public override Expression Pack(Expression lower, Expression upper) =>
        vectors == typeof(Vector256)
            ? PackHalves(lower, upper)
            : Value(Methods.Call(vectors, nameof(Vector512.Narrow), Patterns(lower), Patterns(upper)));

    /// <summary>In two instructions where the library's way takes four: even words of both by halves of 128 bits, then the quarters in order.</summary>
    private Expression PackHalves(Expression lower, Expression upper)
    {
        var halves = Methods.Call(
            typeof(Avx),
            nameof(Avx.Shuffle),
            Singles(lower),
            Singles(upper),
            Expression.Constant((byte)0b10_00_10_00)
        );
        var quarters = Reinterpret(halves, typeof(float), typeof(double));
        return Value(Methods.Call(typeof(Avx2), nameof(Avx2.Permute4x64), quarters, Expression.Constant((byte)0b11_01_10_00)));
    }

    private MethodCallExpression Singles(Expression value) => Reinterpret(value, typeof(double), typeof(float));

    private MethodCallExpression Patterns(Expression value) => Reinterpret(value, typeof(double), typeof(ulong));

    /// <summary>By one instruction on the signs of a register of lanes, where bit by bit would take three; a register of masks has its own.</summary>
    private MethodCallExpression Choose(string test, Expression left, Expression right, Expression yes, Expression no) =>
        sets.Blends is { } blends
            ? Methods.Call(blends, nameof(Avx.BlendVariable), no, yes, Generic(test, left, right))
            : Generic(nameof(Vector512.ConditionalSelect), Generic(test, left, right), yes, no);

    /// <summary>The response of a table to the class of each number.</summary>
    private MethodCallExpression? FixUp(ulong table, Expression value) =>
        vectors == typeof(Vector512)
            ? Methods.Call(
                typeof(Avx512F),
                nameof(Avx512F.Fixup),
                value,
                value,
                As(Bits(table), Format == NumberFormat.Double ? typeof(long) : typeof(int)),
                Expression.Constant((byte)0)
            )
            : null;

    private Expression Shift(string name, Expression value, int bits) =>
        Value(Methods.Call(sets.Integers, name, As(value, word), Expression.Constant((byte)bits)));

    private MethodCallExpression As(Expression value, Type element) => Reinterpret(value, Format.Type, element);

    private MethodCallExpression Value(Expression bits) => Reinterpret(bits, bits.Type.GetGenericArguments()[0], Format.Type);

    private MethodCallExpression Reinterpret(Expression value, Type from, Type to) =>
        Methods.Convert(vectors, nameof(Vector512.As), from, to, value);

    private MethodCallExpression Generic(string name, params Expression[] arguments) =>
        Methods.CallOf(vectors, name, Format.Type, arguments);
}

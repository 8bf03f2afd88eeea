using System.Linq.Expressions;
using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>Registers of one lane.</summary>
internal sealed class ScalarMachine(NumberFormat format) : Machine(format)
{
    private bool IsDouble => Format == NumberFormat.Double;

    public override int Width => 1;

    public override Type Register => Format.Type;

    public override Expression Iota(int first) => Constant(first);

    public override Expression Bits(ulong pattern) =>
        IsDouble
            ? Expression.Constant(BitConverter.UInt64BitsToDouble(pattern))
            : Expression.Constant(BitConverter.UInt32BitsToSingle(unchecked((uint)pattern)));

    public override Expression Spread(Expression value) => value;

    public override Expression Load(Expression address) => Methods.CallOf(typeof(Memory), nameof(Memory.Load), Format.Type, address);

    public override Expression Store(Expression address, Expression value) =>
        Methods.CallOf(typeof(Memory), nameof(Memory.Store), Format.Type, address, value);

    public override Expression Arithmetic(Operation operation, Expression left, Expression right) =>
        operation switch
        {
            Operation.Add => Expression.Add(left, right),
            Operation.Subtract => Expression.Subtract(left, right),
            Operation.Multiply => Expression.Multiply(left, right),
            Operation.Divide => Expression.Divide(left, right),
            Operation.Min => Select(Comparison.Less, left, right, left, right),
            Operation.Max => Select(Comparison.Less, right, left, left, right),
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
        };

    public override Expression FusedMultiplyAdd(Expression left, Expression right, Expression addend, bool negated) =>
        Call(nameof(Math.FusedMultiplyAdd), negated ? Expression.Negate(left) : left, right, addend);

    public override Expression SquareRoot(Expression value) => Call(nameof(Math.Sqrt), value);

    public override Expression And(Expression left, Expression right) => Value(Expression.And(Pattern(left), Pattern(right)));

    public override Expression Or(Expression left, Expression right) => Value(Expression.Or(Pattern(left), Pattern(right)));

    public override Expression Xor(Expression left, Expression right) => Value(Expression.ExclusiveOr(Pattern(left), Pattern(right)));

    public override Expression ShiftLeft(Expression value, int bits) =>
        Value(Expression.LeftShift(Pattern(value), Expression.Constant(bits)));

    public override Expression ShiftRight(Expression value, int bits) =>
        Value(Expression.RightShift(Pattern(value), Expression.Constant(bits)));

    public override Expression AddBits(Expression left, Expression right) => Value(Expression.Add(Pattern(left), Pattern(right)));

    public override Expression SubtractBits(Expression left, Expression right) => Value(Expression.Subtract(Pattern(left), Pattern(right)));

    public override Expression MultiplyLow32(Expression left, Expression right) => Value(Expression.Multiply(Low(left), Low(right)));

    public override Expression Select(Comparison test, Expression left, Expression right, Expression yes, Expression no) =>
        Expression.Condition(Test(test, left, right), yes, no);

    public override Expression Widen(Expression value, int half) => Expression.Convert(value, typeof(double));

    public override Expression Narrow(Expression lower, Expression upper) => Expression.Convert(lower, typeof(float));

    public override Expression Pack(Expression lower, Expression upper) =>
        Value(Expression.Convert(Converted(nameof(BitConverter.DoubleToUInt64Bits), lower), typeof(uint)));

    private static BinaryExpression Test(Comparison test, Expression left, Expression right) =>
        test switch
        {
            Comparison.Less => Expression.LessThan(left, right),
            Comparison.LessOrEqual => Expression.LessThanOrEqual(left, right),
            Comparison.Equal => Expression.Equal(left, right),
            Comparison.NotEqual => Expression.NotEqual(left, right),
            _ => throw new ArgumentOutOfRangeException(nameof(test), test, null),
        };

    private MethodCallExpression Call(string name, params Expression[] arguments) =>
        Methods.Call(IsDouble ? typeof(Math) : typeof(MathF), name, arguments);

    private MethodCallExpression Pattern(Expression value) =>
        IsDouble ? Converted(nameof(BitConverter.DoubleToUInt64Bits), value) : Converted(nameof(BitConverter.SingleToUInt32Bits), value);

    private MethodCallExpression Value(Expression bits) =>
        IsDouble ? Converted(nameof(BitConverter.UInt64BitsToDouble), bits) : Converted(nameof(BitConverter.UInt32BitsToSingle), bits);

    private static MethodCallExpression Converted(string conversion, Expression value) =>
        Methods.Call(typeof(BitConverter), conversion, value);

    private BinaryExpression Low(Expression value) => Expression.And(Pattern(value), Expression.Constant(0xFFFFFFFFul));
}

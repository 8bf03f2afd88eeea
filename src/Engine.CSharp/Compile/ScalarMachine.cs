using System.Linq.Expressions;
using MeanField.Core;

namespace MeanField.Engine.Compile;

/// <summary>Registers of one lane.</summary>
internal sealed class ScalarMachine : Machine
{
    public override int Width => 1;

    public override Type Register => typeof(double);

    public override Expression Constant(double value) => Expression.Constant(value);

    public override Expression Iota(int first) => Expression.Constant((double)first);

    public override Expression Spread(Expression value) => value;

    public override Expression Load(Expression address) => Expression.Call(typeof(Memory), nameof(Memory.Load), null, address);

    public override Expression Store(Expression address, Expression value) =>
        Expression.Call(typeof(Memory), nameof(Memory.Store), null, address, value);

    public override Expression Broadcast(Expression address) => Load(address);

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
        Expression.Call(typeof(Math), nameof(Math.FusedMultiplyAdd), null, negated ? Expression.Negate(left) : left, right, addend);

    public override Expression SquareRoot(Expression value) => Expression.Call(typeof(Math), nameof(Math.Sqrt), null, value);

    public override Expression And(Expression left, Expression right) => Value(Expression.And(Bits(left), Bits(right)));

    public override Expression Or(Expression left, Expression right) => Value(Expression.Or(Bits(left), Bits(right)));

    public override Expression Xor(Expression left, Expression right) => Value(Expression.ExclusiveOr(Bits(left), Bits(right)));

    public override Expression ShiftLeft(Expression value, int bits) => Value(Expression.LeftShift(Bits(value), Expression.Constant(bits)));

    public override Expression ShiftRight(Expression value, int bits) =>
        Value(Expression.RightShift(Bits(value), Expression.Constant(bits)));

    public override Expression AddBits(Expression left, Expression right) => Value(Expression.Add(Bits(left), Bits(right)));

    public override Expression MultiplyLow32(Expression left, Expression right) => Value(Expression.Multiply(Low(left), Low(right)));

    public override Expression Select(Comparison test, Expression left, Expression right, Expression yes, Expression no) =>
        Expression.Condition(Test(test, left, right), yes, no);

    private static BinaryExpression Test(Comparison test, Expression left, Expression right) =>
        test switch
        {
            Comparison.Less => Expression.LessThan(left, right),
            Comparison.LessOrEqual => Expression.LessThanOrEqual(left, right),
            Comparison.Equal => Expression.Equal(left, right),
            Comparison.NotEqual => Expression.NotEqual(left, right),
            _ => throw new ArgumentOutOfRangeException(nameof(test), test, null),
        };

    private static Expression Bits(Expression value) =>
        Expression.Call(typeof(BitConverter), nameof(BitConverter.DoubleToUInt64Bits), null, value);

    private static Expression Low(Expression value) => Expression.And(Bits(value), Expression.Constant(0xFFFFFFFFul));

    private static Expression Value(Expression bits) =>
        Expression.Call(typeof(BitConverter), nameof(BitConverter.UInt64BitsToDouble), null, bits);
}

using System.Linq.Expressions;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MeanField.Core;

namespace MeanField.Engine.Compile;

/// <summary>Registers of eight doubles. Instructions are called by their own methods, which the JIT never leaves as calls.</summary>
internal sealed class Machine512 : Machine
{
    private static readonly Type Doubles = typeof(Vector512<double>);

    public override int Width => 8;

    public override Type Register => Doubles;

    public override Expression Constant(double value) => Spread(Expression.Constant(value));

    public override Expression Iota(int first) =>
        Expression.Call(
            typeof(Vector512),
            nameof(Vector512.Create),
            null,
            [.. Enumerable.Range(first, Width).Select(lane => Expression.Constant((double)lane))]
        );

    public override Expression Spread(Expression value) => Expression.Call(typeof(Vector512), nameof(Vector512.Create), null, value);

    public override Expression Load(Expression address) => Expression.Call(typeof(Memory), nameof(Memory.Load512), null, address);

    public override Expression Store(Expression address, Expression value) =>
        Expression.Call(typeof(Memory), nameof(Memory.Store512), null, address, value);

    public override Expression Broadcast(Expression address) => Expression.Call(typeof(Memory), nameof(Memory.Broadcast512), null, address);

    public override Expression Arithmetic(Operation operation, Expression left, Expression right) =>
        operation switch
        {
            Operation.Add => Foundation(nameof(Avx512F.Add), left, right),
            Operation.Subtract => Foundation(nameof(Avx512F.Subtract), left, right),
            Operation.Multiply => Foundation(nameof(Avx512F.Multiply), left, right),
            Operation.Divide => Foundation(nameof(Avx512F.Divide), left, right),
            Operation.Min => Foundation(nameof(Avx512F.Min), left, right),
            Operation.Max => Foundation(nameof(Avx512F.Max), left, right),
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
        };

    public override Expression FusedMultiplyAdd(Expression left, Expression right, Expression addend, bool negated) =>
        Foundation(negated ? nameof(Avx512F.FusedMultiplyAddNegated) : nameof(Avx512F.FusedMultiplyAdd), left, right, addend);

    public override Expression SquareRoot(Expression value) => Foundation(nameof(Avx512F.Sqrt), value);

    public override Expression And(Expression left, Expression right) => Bitwise(nameof(Avx512DQ.And), left, right);

    public override Expression Or(Expression left, Expression right) => Bitwise(nameof(Avx512DQ.Or), left, right);

    public override Expression Xor(Expression left, Expression right) => Bitwise(nameof(Avx512DQ.Xor), left, right);

    public override Expression ShiftLeft(Expression value, int bits) =>
        Value(Foundation(nameof(Avx512F.ShiftLeftLogical), Bits(value), Expression.Constant((byte)bits)));

    public override Expression ShiftRight(Expression value, int bits) =>
        Value(Foundation(nameof(Avx512F.ShiftRightLogical), Bits(value), Expression.Constant((byte)bits)));

    public override Expression AddBits(Expression left, Expression right) =>
        Value(Foundation(nameof(Avx512F.Add), Bits(left), Bits(right)));

    public override Expression MultiplyLow32(Expression left, Expression right) =>
        Value(Foundation(nameof(Avx512F.Multiply), Halves(left), Halves(right)));

    public override Expression Select(Comparison test, Expression left, Expression right, Expression yes, Expression no) =>
        test switch
        {
            Comparison.Less => Choose(nameof(Vector512.LessThan), left, right, yes, no),
            Comparison.LessOrEqual => Choose(nameof(Vector512.LessThanOrEqual), left, right, yes, no),
            Comparison.Equal => Choose(nameof(Vector512.Equals), left, right, yes, no),
            Comparison.NotEqual => Choose(nameof(Vector512.Equals), left, right, no, yes),
            _ => throw new ArgumentOutOfRangeException(nameof(test), test, null),
        };

    private static Expression Choose(string test, Expression left, Expression right, Expression yes, Expression no) =>
        Generic(nameof(Vector512.ConditionalSelect), Generic(test, left, right), yes, no);

    private static Expression Bitwise(string name, Expression left, Expression right) =>
        Expression.Call(typeof(Avx512DQ).GetMethod(name, [Doubles, Doubles])!, left, right);

    private static Expression Foundation(string name, params Expression[] arguments)
    {
        var method = typeof(Avx512F).GetMethod(name, [.. arguments.Select(argument => argument.Type)]);
        return Expression.Call(method ?? throw new MissingMethodException(nameof(Avx512F), name), arguments);
    }

    private static Expression Generic(string name, params Expression[] arguments) =>
        Expression.Call(typeof(Vector512), name, [typeof(double)], arguments);

    private static Expression Bits(Expression value) =>
        Expression.Call(typeof(Vector512), nameof(Vector512.AsUInt64), [typeof(double)], value);

    private static Expression Halves(Expression value) =>
        Expression.Call(typeof(Vector512), nameof(Vector512.AsUInt32), [typeof(double)], value);

    private static Expression Value(Expression bits) =>
        Expression.Call(typeof(Vector512), nameof(Vector512.AsDouble), [typeof(ulong)], bits);
}

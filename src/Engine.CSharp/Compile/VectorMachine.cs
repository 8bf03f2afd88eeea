using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Reflection;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>
/// Registers of 128, 256 or 512 bits. Instructions are called by their own methods, which the JIT never leaves as calls; the methods
/// are looked up once a process.
/// </summary>
internal sealed class VectorMachine : Machine
{
    private static readonly ConcurrentDictionary<(Type Owner, string Name, Type First, Type Last, int Arity), MethodInfo> Known = new();

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

    public override Expression Iota(int first) =>
        Expression.Call(
            vectors,
            nameof(Vector512.Create),
            null,
            [.. Enumerable.Range(first, Width).Select(lane => Expression.Convert(Expression.Constant(lane), Format.Type))]
        );

    /// <summary>All but 0 from the pool.</summary>
    public override Expression Bits(ulong pattern) =>
        pattern == 0 ? Spread(Expression.Default(Format.Type)) : Broadcast(ConstantPool.Address(pattern, Format));

    public override Expression Spread(Expression value) => Instruction(vectors, nameof(Vector512.Create), value);

    public override Expression Load(Expression address) => Expression.Call(typeof(Memory), nameof(Memory.Load), [Register], address);

    public override Expression Store(Expression address, Expression value) =>
        Expression.Call(typeof(Memory), nameof(Memory.Store), [Register], address, value);

    public override Expression Arithmetic(Operation operation, Expression left, Expression right) =>
        operation switch
        {
            Operation.Add => Instruction(sets.Arithmetic, nameof(Avx.Add), left, right),
            Operation.Subtract => Instruction(sets.Arithmetic, nameof(Avx.Subtract), left, right),
            Operation.Multiply => Instruction(sets.Arithmetic, nameof(Avx.Multiply), left, right),
            Operation.Divide => Instruction(sets.Arithmetic, nameof(Avx.Divide), left, right),
            Operation.Min => Instruction(sets.Arithmetic, nameof(Avx.Min), left, right),
            Operation.Max => Instruction(sets.Arithmetic, nameof(Avx.Max), left, right),
            _ => throw new ArgumentOutOfRangeException(nameof(operation), operation, null),
        };

    public override Expression FusedMultiplyAdd(Expression left, Expression right, Expression addend, bool negated) =>
        Instruction(sets.Fused, negated ? sets.FusedNegatedName : sets.FusedName, left, right, addend);

    public override Expression SquareRoot(Expression value) => Instruction(sets.Arithmetic, nameof(Avx.Sqrt), value);

    public override Expression And(Expression left, Expression right) => Instruction(sets.Logic, nameof(Avx.And), left, right);

    public override Expression Or(Expression left, Expression right) => Instruction(sets.Logic, nameof(Avx.Or), left, right);

    public override Expression Xor(Expression left, Expression right) => Instruction(sets.Logic, nameof(Avx.Xor), left, right);

    public override Expression ShiftLeft(Expression value, int bits) => Shift(nameof(Avx2.ShiftLeftLogical), value, bits);

    public override Expression ShiftRight(Expression value, int bits) => Shift(nameof(Avx2.ShiftRightLogical), value, bits);

    public override Expression AddBits(Expression left, Expression right) =>
        Value(Instruction(sets.Integers, nameof(Avx2.Add), As(left, word), As(right, word)));

    public override Expression MultiplyLow32(Expression left, Expression right) =>
        Value(Instruction(sets.Integers, nameof(Avx2.Multiply), As(left, typeof(uint)), As(right, typeof(uint))));

    public override Expression Select(Comparison test, Expression left, Expression right, Expression yes, Expression no) =>
        test switch
        {
            Comparison.Less => Choose(nameof(Vector512.LessThan), left, right, yes, no),
            Comparison.LessOrEqual => Choose(nameof(Vector512.LessThanOrEqual), left, right, yes, no),
            Comparison.Equal => Choose(nameof(Vector512.Equals), left, right, yes, no),
            Comparison.NotEqual => Choose(nameof(Vector512.Equals), left, right, no, yes),
            _ => throw new ArgumentOutOfRangeException(nameof(test), test, null),
        };

    public override Expression Widen(Expression value, int half) =>
        Instruction(vectors, half == 0 ? nameof(Vector512.WidenLower) : nameof(Vector512.WidenUpper), value);

    public override Expression Narrow(Expression lower, Expression upper) => Instruction(vectors, nameof(Vector512.Narrow), lower, upper);

    public override Expression Pack(Expression lower, Expression upper) =>
        Value(Instruction(vectors, nameof(Vector512.Narrow), Patterns(lower), Patterns(upper)));

    private MethodCallExpression Patterns(Expression value) => Reinterpret(value, typeof(double), typeof(ulong));

    private MethodCallExpression Choose(string test, Expression left, Expression right, Expression yes, Expression no) =>
        Generic(nameof(Vector512.ConditionalSelect), Generic(test, left, right), yes, no);

    private Expression Shift(string name, Expression value, int bits) =>
        Value(Instruction(sets.Integers, name, As(value, word), Expression.Constant((byte)bits)));

    private MethodCallExpression As(Expression value, Type element) => Reinterpret(value, Format.Type, element);

    private MethodCallExpression Value(Expression bits) => Reinterpret(bits, bits.Type.GetGenericArguments()[0], Format.Type);

    private MethodCallExpression Reinterpret(Expression value, Type from, Type to) =>
        Expression.Call(
            Known.GetOrAdd(
                (vectors, nameof(Vector512.As), from, to, 1),
                _ => vectors.GetMethods().Single(IsReinterpretation).MakeGenericMethod(from, to)
            ),
            value
        );

    private static bool IsReinterpretation(MethodInfo method) =>
        method.Name == nameof(Vector512.As) && method.GetGenericArguments().Length == 2;

    /// <summary>A method of no generic parameters, chosen by its arguments' types.</summary>
    private static MethodCallExpression Instruction(Type owner, string name, params Expression[] arguments) =>
        Expression.Call(
            Known.GetOrAdd(
                (owner, name, arguments[0].Type, arguments[^1].Type, arguments.Length),
                _ => owner.GetMethod(name, [.. arguments.Select(argument => argument.Type)])!
            ),
            arguments
        );

    /// <summary>A method that is generic in the lane.</summary>
    private MethodCallExpression Generic(string name, params Expression[] arguments) =>
        Expression.Call(
            Known.GetOrAdd((vectors, name, Format.Type, Format.Type, arguments.Length), key => FindGeneric(name, key.Arity)),
            arguments
        );

    private MethodInfo FindGeneric(string name, int parameters) =>
        vectors
            .GetMethods()
            .Single(method => method.Name == name && method.IsGenericMethod && method.GetParameters().Length == parameters)
            .MakeGenericMethod(Format.Type);
}

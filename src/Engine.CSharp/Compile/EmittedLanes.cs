using System.Linq.Expressions;
using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>P registers that hold one value for P*W particles, or a single one shared by all of them.</summary>
internal sealed record Bundle(Expression[] Parts)
{
    /// <summary>The same number for every particle.</summary>
    public bool IsShared => Parts.Length == 1;

    /// <summary>Of a constant: the pattern of every lane.</summary>
    public ulong? Pattern { get; init; }

    public Expression this[int register] => Parts[IsShared ? 0 : register];
}

/// <summary>
/// The generic arithmetic as code: each operation appends P assignments, one a register, before the next operation does, so that
/// P independent chains hide the latency.
/// </summary>
internal sealed class EmittedLanes : ILanes<Bundle>
{
    private readonly Machine machine;
    private readonly int registers;
    private readonly KernelBody body;

    public EmittedLanes(Machine machine, int registers, KernelBody body) =>
        (this.machine, this.registers, this.body) = (machine, registers, body);

    public Machine Machine => machine;

    /// <summary>P.</summary>
    public int Registers => registers;

    /// <summary>The statements under construction.</summary>
    public KernelBody Body => body;

    /// <summary>A fresh register per particle vector, or one shared register.</summary>
    public Bundle Assign(bool shared, Func<int, Expression> value)
    {
        var parts = new Expression[shared ? 1 : registers];
        for (var k = 0; k < parts.Length; k++)
        {
            var variable = body.Variable(machine.Register);
            body.Append(Expression.Assign(variable, value(k)));
            parts[k] = variable;
        }
        return new Bundle(parts);
    }

    /// <summary>Overwrites the variables of a bundle made by <see cref="Assign"/>.</summary>
    public void Update(Bundle target, Func<int, Expression> value)
    {
        for (var k = 0; k < target.Parts.Length; k++)
            body.Append(Expression.Assign(target.Parts[k], value(k)));
    }

    public NumberFormat Format => machine.Format;

    public Bundle Constant(double value) => Bits(machine.Format.Pattern(value));

    public Bundle Bits(ulong pattern) => new([machine.Bits(pattern)]) { Pattern = pattern };

    public Bundle Add(Bundle left, Bundle right) => Arithmetic(Operation.Add, left, right);

    public Bundle Subtract(Bundle left, Bundle right) => Arithmetic(Operation.Subtract, left, right);

    public Bundle Multiply(Bundle left, Bundle right) => Arithmetic(Operation.Multiply, left, right);

    public Bundle Divide(Bundle left, Bundle right) => Arithmetic(Operation.Divide, left, right);

    public Bundle Min(Bundle left, Bundle right) => Arithmetic(Operation.Min, left, right);

    public Bundle Max(Bundle left, Bundle right) => Arithmetic(Operation.Max, left, right);

    public Bundle Arithmetic(Operation operation, Bundle left, Bundle right) =>
        Binary(left, right, (a, b) => machine.Arithmetic(operation, a, b));

    public Bundle FusedMultiplyAdd(Bundle left, Bundle right, Bundle addend) => Fused(left, right, addend, false);

    public Bundle FusedNegatedMultiplyAdd(Bundle left, Bundle right, Bundle addend) => Fused(left, right, addend, true);

    public Bundle Fused(Bundle left, Bundle right, Bundle addend, bool negated) =>
        Assign(
            left.IsShared && right.IsShared && addend.IsShared,
            // One operand of an instruction may stand in memory.
            k =>
                addend.Pattern is null
                    ? machine.FusedMultiplyAdd(left[k], PlacedAlone(right, k), addend[k], negated)
                    : machine.FusedMultiplyAdd(left[k], right[k], Placed(addend, k), negated)
        );

    /// <summary>
    /// A constant from its place, which takes no register and no instruction of its own: an operand in memory of the instruction that reads it. It has a
    /// variable, as the JIT would make one for each, and it inlines nothing in a method of 512.
    /// </summary>
    private Expression Placed(Bundle value, int register) =>
        value.Pattern is { } pattern && machine.Place(pattern, register) is { } place
            ? body.Operand(machine.Register, place)
            : value[register];

    /// <summary>The same where no other register of the tile would share the constant's.</summary>
    private Expression PlacedAlone(Bundle value, int register) => registers == 1 ? Placed(value, register) : value[register];

    /// <summary>sum = fma(left, right, sum); times 1, which rounds alike, it is a sum.</summary>
    public void Accumulate(Bundle sum, Bundle left, Bundle right)
    {
        if (left.Pattern == machine.Format.Pattern(1))
            Update(sum, k => machine.Arithmetic(Operation.Add, sum[k], right[k]));
        else
            Update(sum, k => machine.FusedMultiplyAdd(left[k], right[k], sum[k], negated: false));
    }

    public Bundle SquareRoot(Bundle value) => Unary(value, machine.SquareRoot);

    public Bundle And(Bundle left, Bundle right) => Binary(left, right, machine.And);

    public Bundle Or(Bundle left, Bundle right) => Binary(left, right, machine.Or);

    public Bundle Xor(Bundle left, Bundle right) => Binary(left, right, machine.Xor);

    /// <summary>Nested in one statement, which the JIT makes one instruction with AVX-512.</summary>
    public Bundle Xor(Bundle first, Bundle second, Bundle third) =>
        Assign(first.IsShared && second.IsShared && third.IsShared, k => machine.Xor(machine.Xor(first[k], second[k]), third[k]));

    public Bundle ShiftLeft(Bundle value, int bits) => Unary(value, part => machine.ShiftLeft(part, bits));

    public Bundle ShiftRight(Bundle value, int bits) => Unary(value, part => machine.ShiftRight(part, bits));

    public Bundle AddBits(Bundle left, Bundle right) => Binary(left, right, machine.AddBits);

    public Bundle SubtractBits(Bundle left, Bundle right) => Binary(left, right, machine.SubtractBits);

    public Bundle MultiplyLow32(Bundle left, Bundle right) => Binary(left, right, machine.MultiplyLow32);

    public Bundle Select(Comparison test, Bundle left, Bundle right, Bundle yes, Bundle no) =>
        Assign(
            left.IsShared && right.IsShared && yes.IsShared && no.IsShared,
            k => machine.Select(test, left[k], right[k], Placed(yes, k), no[k])
        );

    public Bundle Sign(Bundle value) => InOne(value, machine.Sign) ?? Kinks.Sign(this, value);

    public Bundle Heaviside(Bundle value) => InOne(value, machine.Heaviside) ?? Kinks.Heaviside(this, value);

    /// <summary>By an instruction that not every machine has; null where it has none.</summary>
    private Bundle? InOne(Bundle value, Func<Expression, Expression?> instruction) =>
        instruction(value[0]) is null ? null : Unary(value, part => instruction(part)!);

    private Bundle Unary(Bundle value, Func<Expression, Expression> operation) => Assign(value.IsShared, k => operation(value[k]));

    private Bundle Binary(Bundle left, Bundle right, Func<Expression, Expression, Expression> operation) =>
        Assign(left.IsShared && right.IsShared, k => operation(left[k], PlacedAlone(right, k)));
}

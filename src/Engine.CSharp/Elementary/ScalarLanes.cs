using System.Numerics;
using System.Runtime.CompilerServices;
using MeanField.Core;

namespace MeanField.Engine.Elementary;

/// <summary>The arithmetic of one lane, evaluated at once: what the interpreter and the tests compare kernels with.</summary>
/// <typeparam name="T">The number.</typeparam>
/// <typeparam name="TBits">Its pattern, of the same size.</typeparam>
public sealed class ScalarLanes<T, TBits> : ILanes<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
    where TBits : unmanaged, IBinaryInteger<TBits>
{
    internal ScalarLanes(NumberFormat format) => Format = format;

    /// <inheritdoc/>
    public NumberFormat Format { get; }

    /// <inheritdoc/>
    public T Constant(double value) => T.CreateTruncating(value);

    /// <inheritdoc/>
    public T Bits(ulong pattern) => Value(TBits.CreateTruncating(pattern));

    /// <inheritdoc/>
    public T Add(T left, T right) => left + right;

    /// <inheritdoc/>
    public T Subtract(T left, T right) => left - right;

    /// <inheritdoc/>
    public T Multiply(T left, T right) => left * right;

    /// <inheritdoc/>
    public T Divide(T left, T right) => left / right;

    /// <inheritdoc/>
    public T FusedMultiplyAdd(T left, T right, T addend) => T.FusedMultiplyAdd(left, right, addend);

    /// <inheritdoc/>
    public T FusedNegatedMultiplyAdd(T left, T right, T addend) => T.FusedMultiplyAdd(-left, right, addend);

    /// <inheritdoc/>
    public T Min(T left, T right) => left < right ? left : right;

    /// <inheritdoc/>
    public T Max(T left, T right) => left > right ? left : right;

    /// <inheritdoc/>
    public T SquareRoot(T value) => T.Sqrt(value);

    /// <inheritdoc/>
    public T And(T left, T right) => Value(Pattern(left) & Pattern(right));

    /// <inheritdoc/>
    public T Or(T left, T right) => Value(Pattern(left) | Pattern(right));

    /// <inheritdoc/>
    public T Xor(T left, T right) => Value(Pattern(left) ^ Pattern(right));

    /// <inheritdoc/>
    public T Xor(T first, T second, T third) => Value(Pattern(first) ^ Pattern(second) ^ Pattern(third));

    /// <inheritdoc/>
    public T ShiftLeft(T value, int bits) => Value(Pattern(value) << bits);

    /// <inheritdoc/>
    public T ShiftRight(T value, int bits) => Value(Pattern(value) >>> bits);

    /// <inheritdoc/>
    public T AddBits(T left, T right) => Value(unchecked(Pattern(left) + Pattern(right)));

    /// <inheritdoc/>
    public T SubtractBits(T left, T right) => Value(unchecked(Pattern(left) - Pattern(right)));

    /// <inheritdoc/>
    public T MultiplyLow32(T left, T right) => Value(unchecked(Low(left) * Low(right)));

    /// <inheritdoc/>
    public T Select(Comparison test, T left, T right, T yes, T no) => Holds(test, left, right) ? yes : no;

    private static bool Holds(Comparison test, T left, T right) =>
        test switch
        {
            Comparison.Less => left < right,
            Comparison.LessOrEqual => left <= right,
            Comparison.Equal => left == right,
            Comparison.NotEqual => left != right,
            _ => throw new ArgumentOutOfRangeException(nameof(test), test, null),
        };

    private static TBits Pattern(T value) => Unsafe.BitCast<T, TBits>(value);

    private static TBits Low(T value) => Pattern(value) & TBits.CreateTruncating(uint.MaxValue);

    private static T Value(TBits bits) => Unsafe.BitCast<TBits, T>(bits);
}

/// <summary>The one-lane arithmetic of both formats; they have no state.</summary>
public static class ScalarLanes
{
    /// <summary>binary64.</summary>
    public static readonly ScalarLanes<double, ulong> Double = new(NumberFormat.Double);

    /// <summary>binary32.</summary>
    public static readonly ScalarLanes<float, uint> Single = new(NumberFormat.Single);
}

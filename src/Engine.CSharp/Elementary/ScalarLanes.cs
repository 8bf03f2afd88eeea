using MeanField.Core;

namespace MeanField.Engine.Elementary;

/// <summary>The arithmetic of one lane, evaluated at once: what the interpreter and the tests compare kernels with.</summary>
public sealed class ScalarLanes : ILanes<double>
{
    /// <summary>The only instance; it has no state.</summary>
    public static readonly ScalarLanes Instance = new();

    private ScalarLanes() { }

    /// <inheritdoc/>
    public double Constant(double value) => value;

    /// <inheritdoc/>
    public double Add(double left, double right) => left + right;

    /// <inheritdoc/>
    public double Subtract(double left, double right) => left - right;

    /// <inheritdoc/>
    public double Multiply(double left, double right) => left * right;

    /// <inheritdoc/>
    public double Divide(double left, double right) => left / right;

    /// <inheritdoc/>
    public double FusedMultiplyAdd(double left, double right, double addend) => Math.FusedMultiplyAdd(left, right, addend);

    /// <inheritdoc/>
    public double FusedNegatedMultiplyAdd(double left, double right, double addend) => Math.FusedMultiplyAdd(-left, right, addend);

    /// <inheritdoc/>
    public double Min(double left, double right) => left < right ? left : right;

    /// <inheritdoc/>
    public double Max(double left, double right) => left > right ? left : right;

    /// <inheritdoc/>
    public double SquareRoot(double value) => Math.Sqrt(value);

    /// <inheritdoc/>
    public double And(double left, double right) => Value(Bits(left) & Bits(right));

    /// <inheritdoc/>
    public double Or(double left, double right) => Value(Bits(left) | Bits(right));

    /// <inheritdoc/>
    public double Xor(double left, double right) => Value(Bits(left) ^ Bits(right));

    /// <inheritdoc/>
    public double ShiftLeft(double value, int bits) => Value(Bits(value) << bits);

    /// <inheritdoc/>
    public double ShiftRight(double value, int bits) => Value(Bits(value) >> bits);

    /// <inheritdoc/>
    public double AddBits(double left, double right) => Value(unchecked(Bits(left) + Bits(right)));

    /// <inheritdoc/>
    public double MultiplyLow32(double left, double right) => Value((ulong)(uint)Bits(left) * (uint)Bits(right));

    /// <inheritdoc/>
    public double Select(Comparison test, double left, double right, double yes, double no) => Holds(test, left, right) ? yes : no;

    private static bool Holds(Comparison test, double left, double right) =>
        test switch
        {
            Comparison.Less => left < right,
            Comparison.LessOrEqual => left <= right,
            Comparison.Equal => left == right,
            Comparison.NotEqual => left != right,
            _ => throw new ArgumentOutOfRangeException(nameof(test), test, null),
        };

    private static ulong Bits(double value) => BitConverter.DoubleToUInt64Bits(value);

    private static double Value(ulong bits) => BitConverter.UInt64BitsToDouble(bits);
}

using MeanField.Core;

namespace MeanField.Engine.Elementary;

/// <summary>
/// The arithmetic in which every elementary function is written once. <typeparamref name="T"/> is a number (evaluated at once)
/// or an emitted bundle of vectors (code): both follow the same operations in the same order, hence the same bits.
/// Every operation is rounded once to the lanes' format; bit operations act on its pattern.
/// </summary>
public interface ILanes<T>
{
    /// <summary>The format of every number.</summary>
    NumberFormat Format { get; }

    /// <summary>The same number in every lane, rounded to the format.</summary>
    T Constant(double value);

    /// <summary>The same pattern in every lane: the low bits, as many as the format has.</summary>
    T Bits(ulong pattern);

    /// <summary>left + right.</summary>
    T Add(T left, T right);

    /// <summary>left - right.</summary>
    T Subtract(T left, T right);

    /// <summary>left * right.</summary>
    T Multiply(T left, T right);

    /// <summary>left / right.</summary>
    T Divide(T left, T right);

    /// <summary>left*right + addend, rounded once.</summary>
    T FusedMultiplyAdd(T left, T right, T addend);

    /// <summary>-(left*right) + addend, rounded once.</summary>
    T FusedNegatedMultiplyAdd(T left, T right, T addend);

    /// <summary>left &lt; right ? left : right, so that a NaN in either argument yields <paramref name="right"/>.</summary>
    T Min(T left, T right);

    /// <summary>left &gt; right ? left : right, so that a NaN in either argument yields <paramref name="right"/>.</summary>
    T Max(T left, T right);

    /// <summary>The square root, correctly rounded.</summary>
    T SquareRoot(T value);

    /// <summary>Bitwise and.</summary>
    T And(T left, T right);

    /// <summary>Bitwise or.</summary>
    T Or(T left, T right);

    /// <summary>Bitwise exclusive or.</summary>
    T Xor(T left, T right);

    /// <summary>Bitwise exclusive or of three: one instruction where the target has it.</summary>
    T Xor(T first, T second, T third);

    /// <summary>The pattern shifted left; zeros enter.</summary>
    T ShiftLeft(T value, int bits);

    /// <summary>The pattern shifted right; zeros enter.</summary>
    T ShiftRight(T value, int bits);

    /// <summary>Sum of the patterns, the carry lost.</summary>
    T AddBits(T left, T right);

    /// <summary>Difference of the patterns, the borrow lost.</summary>
    T SubtractBits(T left, T right);

    /// <summary>Product of the low 32 bits of both patterns, as 64 bits: binary64 only.</summary>
    T MultiplyLow32(T left, T right);

    /// <summary>left `test` right ? yes : no, lane by lane; comparisons with NaN are false (NotEqual: true).</summary>
    T Select(Comparison test, T left, T right, T yes, T no);

    /// <summary>-1, 0 or 1; sign(+-0) = +-0, NaN passes: one instruction where the target has it.</summary>
    T Sign(T value) => Kinks.Sign(this, value);

    /// <summary>0 below, 1/2 at, 1 above 0, NaN passes: one instruction where the target has it.</summary>
    T Heaviside(T value) => Kinks.Heaviside(this, value);
}

/// <summary>Small compositions of <see cref="ILanes{T}"/> used by several functions.</summary>
internal static class LanesExtensions
{
    /// <summary>Coefficients, or anything else that the two formats have each their own of.</summary>
    public static ReadOnlySpan<double> Choose<T>(this ILanes<T> lanes, ReadOnlySpan<double> ofDouble, ReadOnlySpan<double> ofSingle) =>
        lanes.Format == NumberFormat.Double ? ofDouble : ofSingle;

    /// <summary>A constant that the two formats have each their own of.</summary>
    public static T Choose<T>(this ILanes<T> lanes, double ofDouble, double ofSingle) =>
        lanes.Constant(lanes.Format == NumberFormat.Double ? ofDouble : ofSingle);

    /// <summary>Part k of a constant in parts.</summary>
    public static T Part<T>(this ILanes<T> lanes, ReadOnlySpan<double> ofDouble, ReadOnlySpan<double> ofSingle, int k) =>
        lanes.Choose(ofDouble[k], ofSingle[k]);

    /// <summary>Horner's scheme, fused, coefficients from the lowest degree.</summary>
    public static T Polynomial<T>(this ILanes<T> lanes, T x, ReadOnlySpan<double> coefficients) =>
        lanes.Polynomial(x, lanes.Constant(coefficients[^1]), coefficients[..^1]);

    /// <summary>The same with a factor, known by then, of the next power in place of a last coefficient.</summary>
    public static T Polynomial<T>(this ILanes<T> lanes, T x, T last, ReadOnlySpan<double> coefficients)
    {
        var sum = last;
        for (var k = coefficients.Length - 1; k >= 0; k--)
            sum = lanes.FusedMultiplyAdd(sum, x, lanes.Constant(coefficients[k]));
        return sum;
    }

    /// <summary>
    /// The same polynomial as two Horner chains in x^2, even and odd coefficients: as many operations once x^2 is known, half the
    /// latency, which is what bounds how many evaluations a processor keeps in flight.
    /// </summary>
    public static T SplitPolynomial<T>(this ILanes<T> lanes, T x, T square, ReadOnlySpan<double> coefficients)
    {
        if (coefficients.Length % 2 == 1)
            return lanes.FusedMultiplyAdd(lanes.SplitPolynomial(x, square, coefficients[1..]), x, lanes.Constant(coefficients[0]));
        var even = lanes.Constant(coefficients[^2]);
        var odd = lanes.Constant(coefficients[^1]);
        for (var k = coefficients.Length - 4; k >= 0; k -= 2)
        {
            even = lanes.FusedMultiplyAdd(even, square, lanes.Constant(coefficients[k]));
            odd = lanes.FusedMultiplyAdd(odd, square, lanes.Constant(coefficients[k + 1]));
        }
        return lanes.FusedMultiplyAdd(odd, x, even);
    }

    /// <summary>The magnitude of one number with the sign of another.</summary>
    public static T CopySign<T>(this ILanes<T> lanes, T magnitude, T sign) =>
        lanes.Or(lanes.Absolute(magnitude), lanes.And(sign, lanes.Bits(lanes.Format.SignBit)));

    /// <summary>-x: the sign bit flips.</summary>
    public static T Negate<T>(this ILanes<T> lanes, T x) => lanes.Xor(x, lanes.Bits(lanes.Format.SignBit));

    /// <summary>|x|: the sign bit is cleared, a NaN stays one.</summary>
    public static T Absolute<T>(this ILanes<T> lanes, T x) => lanes.And(x, lanes.Bits(lanes.Format.SignBit - 1));
}

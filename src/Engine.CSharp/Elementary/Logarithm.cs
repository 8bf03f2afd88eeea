using MeanField.Core;

namespace MeanField.Engine.Elementary;

/// <summary>
/// log x = k ln 2 + log m with m in [sqrt(1/2), sqrt 2), log m = f - f^2/2 + s (f^2/2 + R(s^2)), f = m - 1, s = f/(2 + f):
/// the split of the leading terms keeps the error below one ulp. Coefficients of R: tools/fit-coefficients.
/// </summary>
internal static class Logarithm
{
    /// <summary>2^54 brings every subnormal into the normal range.</summary>
    private const double Lift = 18014398509481984.0;

    /// <summary>The pattern of sqrt(1/2), from which mantissas are counted.</summary>
    private const ulong LowestMantissa = 0x3FE6A09E667F3BCD;

    private static ReadOnlySpan<double> Tail =>
        [
            0.666666666666667,
            0.39999999999899505,
            0.28571428625975487,
            0.2222221113479508,
            0.18182889125261723,
            0.15331721600556042,
            0.14616449685043406,
        ];

    /// <summary>The natural logarithm; log(+-0) = -infinity, log of a negative number and of NaN is NaN, log(infinity) = infinity.</summary>
    public static T Log<T>(ILanes<T> lanes, T x)
    {
        var smallest = lanes.Constant(BitConverter.UInt64BitsToDouble(0x0010000000000000));
        var zero = lanes.Constant(0);
        var lifted = lanes.Select(Comparison.Less, x, smallest, lanes.Multiply(x, lanes.Constant(Lift)), x);
        var lift = lanes.Select(Comparison.Less, x, smallest, lanes.Constant(54), zero);
        var finite = Regular(lanes, lifted, lift);
        var ends = lanes.Select(Comparison.Equal, x, lanes.Constant(double.PositiveInfinity), x, lanes.Constant(double.NaN));
        var atZero = lanes.Select(Comparison.Equal, x, zero, lanes.Constant(double.NegativeInfinity), ends);
        var positive = lanes.Select(Comparison.Less, zero, x, finite, atZero);
        return lanes.Select(Comparison.Less, x, lanes.Constant(double.PositiveInfinity), positive, ends);
    }

    /// <summary>log x - lift ln 2 for positive normal x (any value for other x).</summary>
    public static T Regular<T>(ILanes<T> lanes, T x, T lift)
    {
        // The exponent field of x - LowestMantissa + 1.0 is k + 1023; moving it into a double by pasting it below 2^52.
        var moved = lanes.AddBits(x, lanes.Bits(unchecked(0x3FF0000000000000 - LowestMantissa)));
        var field = lanes.Or(lanes.ShiftRight(moved, 52), lanes.Bits(0x4330000000000000));
        var k = lanes.Subtract(lanes.Subtract(field, lanes.Constant(4503599627370496.0 + 1023)), lift);
        var mantissa = lanes.AddBits(lanes.And(moved, lanes.Bits(0x000FFFFFFFFFFFFF)), lanes.Bits(LowestMantissa));
        var f = lanes.Subtract(mantissa, lanes.Constant(1));
        var s = lanes.Divide(f, lanes.Add(f, lanes.Constant(2)));
        var z = lanes.Multiply(s, s);
        var square = lanes.Multiply(lanes.Multiply(f, f), lanes.Constant(0.5));
        var rest = lanes.FusedMultiplyAdd(z, lanes.Polynomial(z, Tail), square);
        var low = lanes.FusedMultiplyAdd(k, lanes.Constant(2.8235290563031577e-13), lanes.Multiply(s, rest));
        var correction = lanes.Subtract(lanes.Subtract(square, low), f);
        return lanes.Subtract(lanes.Multiply(k, lanes.Constant(0.693147180559663)), correction);
    }
}

using MeanField.Core;

namespace MeanField.Engine.Elementary;

/// <summary>
/// exp, tanh and sigmoid: x = k ln 2 + r by the add-a-large-number trick (no hardware conversion: every width rounds alike),
/// a polynomial in r, and 2^k by a shift of the pattern. Coefficients: tools/fit-coefficients.
/// </summary>
internal static class Exponential
{
    /// <summary>1.5 * 2^52: adding it leaves the nearest integer in the low bits of the pattern.</summary>
    private const double Rounder = 6755399441055744.0;

    private const int ExponentBias = 1023;

    /// <summary>(e^r - 1 - r) / r^2 on |r| at most ln2/2.</summary>
    private static ReadOnlySpan<double> ExponentialTail =>
        [
            0.5000000000000001,
            0.16666666666666669,
            0.041666666666624164,
            0.008333333333330065,
            0.0013888888917196719,
            0.00019841269863040545,
            2.4801521322368692e-05,
            2.7557268480310024e-06,
            2.7620075879983367e-07,
            2.5100375832561234e-08,
        ];

    /// <summary>(e^(2h) - 1 - 2h) / (2 h^2) on |h| at most ln2/4.</summary>
    private static ReadOnlySpan<double> HalfExpm1Tail =>
        [
            1.0000000000000002,
            0.6666666666666667,
            0.3333333333329933,
            0.13333333333328104,
            0.0444444445350295,
            0.012698412712345949,
            0.0031745947292631926,
            0.0007054660730959366,
            0.00014141478850551484,
            2.5702784852542704e-05,
        ];

    /// <summary>e^x; overflows to infinity, underflows gradually (one rounding into the subnormals), NaN passes.</summary>
    public static T Exp<T>(ILanes<T> lanes, T x)
    {
        // Beyond these bounds the result is infinity or zero; NaN survives as the right argument of both.
        var clamped = lanes.Min(lanes.Constant(710), lanes.Max(lanes.Constant(-746), x));
        var shifted = lanes.FusedMultiplyAdd(clamped, lanes.Constant(1.4426950408889634), lanes.Constant(Rounder));
        var k = lanes.Subtract(shifted, lanes.Constant(Rounder));
        var r = lanes.FusedNegatedMultiplyAdd(k, lanes.Constant(0.693147180559663), clamped);
        r = lanes.FusedNegatedMultiplyAdd(k, lanes.Constant(2.8235290563031577e-13), r);
        var square = lanes.Multiply(r, r);
        var tail = lanes.FusedMultiplyAdd(square, lanes.SplitPolynomial(r, square, ExponentialTail), r);
        return ScaleTwice(lanes, lanes.Add(lanes.Constant(1), tail), shifted);
    }

    /// <summary>value * 2^k in two steps, because 2^k itself leaves the range of normal numbers before the result does.</summary>
    private static T ScaleTwice<T>(ILanes<T> lanes, T value, T shifted)
    {
        var pattern = BitConverter.DoubleToUInt64Bits(Rounder);
        var k = lanes.AddBits(shifted, lanes.Bits(unchecked(2ul * ExponentBias - pattern)));
        var first = lanes.ShiftRight(k, 1);
        var second = lanes.AddBits(lanes.AddBits(k, lanes.Xor(first, lanes.Bits(ulong.MaxValue))), lanes.Bits(1));
        return lanes.Multiply(lanes.Multiply(value, lanes.ShiftLeft(first, 52)), lanes.ShiftLeft(second, 52));
    }

    /// <summary>
    /// tanh x = E / (E + 1) with E = (e^(2x) - 1)/2 formed without cancellation, so that relative accuracy holds near 0.
    /// </summary>
    public static T Tanh<T>(ILanes<T> lanes, T x)
    {
        // tanh 20 rounds to 1; NaN survives as the right argument of both bounds.
        var clamped = lanes.Min(lanes.Constant(20), lanes.Max(lanes.Constant(-20), x));
        // The bias of the exponent rides along in the rounder: the low bits of `shifted` are k + bias.
        var rounder = Rounder + ExponentBias;
        var shifted = lanes.FusedMultiplyAdd(clamped, lanes.Constant(2.8853900817779268), lanes.Constant(rounder));
        var k = lanes.Subtract(shifted, lanes.Constant(rounder));
        // One fused step with ln2/2 rounded to double: its error k * 1.2e-17 meets the slope of tanh, which falls faster than k grows.
        var h = lanes.FusedNegatedMultiplyAdd(k, lanes.Constant(0.34657359027997264), clamped);
        var square = lanes.Multiply(h, h);
        var half = lanes.FusedMultiplyAdd(square, lanes.SplitPolynomial(h, square, HalfExpm1Tail), h);
        var scale = lanes.ShiftLeft(shifted, 52);
        var offset = lanes.FusedMultiplyAdd(scale, lanes.Constant(0.5), lanes.Constant(-0.5));
        var numerator = lanes.FusedMultiplyAdd(scale, half, offset);
        return lanes.Divide(numerator, lanes.Add(numerator, lanes.Constant(1)));
    }

    /// <summary>1/(1 + e^-x) through e^-|x|, accurate in both tails.</summary>
    public static T Sigmoid<T>(ILanes<T> lanes, T x)
    {
        var one = lanes.Constant(1);
        var decay = Exp(lanes, lanes.Or(x, lanes.Bits(1ul << 63)));
        var numerator = lanes.Select(Comparison.Less, x, lanes.Constant(0), decay, one);
        return lanes.Divide(numerator, lanes.Add(one, decay));
    }
}

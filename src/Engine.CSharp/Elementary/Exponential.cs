using MeanField.Core;

namespace MeanField.Engine.Elementary;

/// <summary>
/// exp, expm1 and sigmoid: x = k ln 2 + r by the add-a-large-number trick (no hardware conversion: every width rounds alike),
/// a polynomial in r, and 2^k by a shift of the pattern.
/// </summary>
internal static class Exponential
{
    /// <summary>e^x; overflows to infinity, underflows gradually (one rounding into the subnormals), NaN passes.</summary>
    public static T Exp<T>(ILanes<T> lanes, T x)
    {
        var (tail, shifted) = Reduce(lanes, x);
        return ScaleTwice(lanes, lanes.Add(lanes.Constant(1), tail), shifted, 0);
    }

    /// <summary>e^x / 2, which overflows only where the half does.</summary>
    public static T HalfExp<T>(ILanes<T> lanes, T x)
    {
        var (tail, shifted) = Reduce(lanes, x);
        return ScaleTwice(lanes, lanes.Add(lanes.Constant(1), tail), shifted, -1);
    }

    /// <summary>e^x / 2, and (e^x - 1)/2 for x from -40 to 709.8 (binary32: -20 to 88.75), from one reduction.</summary>
    public static (T HalfExp, T HalfExpm1) Halves<T>(ILanes<T> lanes, T x)
    {
        var (tail, shifted) = Reduce(lanes, x);
        return (ScaleTwice(lanes, lanes.Add(lanes.Constant(1), tail), shifted, -1), HalfExpm1(lanes, tail, shifted));
    }

    /// <summary>e^x - 1 without cancellation: relative accuracy near 0, -0 stays.</summary>
    public static T Expm1<T>(ILanes<T> lanes, T x)
    {
        // 2 (2^(k-1) (e^r - 1) + (2^(k-1) - 1/2)): at k - 1 the scale is a number up to where e^x overflows, and a little beyond.
        var (tail, shifted) = Reduce(lanes, lanes.Min(lanes.Choose(709.8, 88.75), lanes.Max(lanes.Choose(-40, -20), x)));
        var half = HalfExpm1(lanes, tail, shifted);
        var doubled = lanes.Add(half, half);
        // e^x - 1 is x where x^2/2 is lost: exact for subnormals, and the sign of 0.
        return lanes.Select(Comparison.Less, lanes.Absolute(x), lanes.Choose(1e-17, 1e-9), x, doubled);
    }

    private static T HalfExpm1<T>(ILanes<T> lanes, T tail, T shifted)
    {
        var scale = Scale(lanes, shifted, -1);
        return lanes.FusedMultiplyAdd(scale, tail, lanes.Subtract(scale, lanes.Constant(0.5)));
    }

    /// <summary>
    /// tanh x = E / (E + 1) with E = (e^(2x) - 1)/2 formed without cancellation, so that relative accuracy holds near 0.
    /// </summary>
    public static T Tanh<T>(ILanes<T> lanes, T x)
    {
        var half = HalfExpm1OfDouble(lanes, x);
        return lanes.Divide(half, lanes.Add(half, lanes.Constant(1)));
    }

    /// <summary>1/tanh x, infinite at 0.</summary>
    public static T Coth<T>(ILanes<T> lanes, T x)
    {
        var half = HalfExpm1OfDouble(lanes, x);
        return lanes.Divide(lanes.Add(half, lanes.Constant(1)), half);
    }

    /// <summary>1/(1 + e^-x) through e^-|x|, accurate in both tails.</summary>
    public static T Sigmoid<T>(ILanes<T> lanes, T x)
    {
        var one = lanes.Constant(1);
        var decay = Exp(lanes, lanes.Or(x, lanes.Bits(lanes.Format.SignBit)));
        var numerator = lanes.Select(Comparison.Less, x, lanes.Constant(0), decay, one);
        return lanes.Divide(numerator, lanes.Add(one, decay));
    }

    /// <summary>x/(1 + e^-x); 0 times the underflowed tail of -infinity is 0.</summary>
    public static T Silu<T>(ILanes<T> lanes, T x) => lanes.Multiply(lanes.Max(lanes.Choose(-750, -110), x), Sigmoid(lanes, x));

    /// <summary>log(1 + e^x) = max(x, 0) + log(1 + e^-|x|).</summary>
    public static T Softplus<T>(ILanes<T> lanes, T x)
    {
        var decay = Exp(lanes, lanes.Or(x, lanes.Bits(lanes.Format.SignBit)));
        return lanes.Add(Kinks.Relu(lanes, x), Logarithm.Log1pOfUnit(lanes, decay));
    }

    /// <summary>(e^(2x) - 1)/2, held where tanh x rounds to 1.</summary>
    private static T HalfExpm1OfDouble<T>(ILanes<T> lanes, T x)
    {
        var bound = lanes.Format == NumberFormat.Double ? 20.0 : 10.0;
        // NaN survives as the right argument of both bounds.
        var clamped = lanes.Min(lanes.Constant(bound), lanes.Max(lanes.Constant(-bound), x));
        // The bias of the exponent rides along in the rounder: the low bits of `shifted` are k + bias.
        var rounder = lanes.Constant(lanes.Format.Rounder + lanes.Format.ExponentBias);
        var shifted = lanes.FusedMultiplyAdd(clamped, lanes.Part(Coefficients.TwoLog2E64, Coefficients.TwoLog2E32, 0), rounder);
        var k = lanes.Subtract(shifted, rounder);
        // One fused step with ln2/2 rounded: its error, k parts in 2^54 of it, meets the slope of tanh, which falls faster than k grows.
        var h = lanes.FusedNegatedMultiplyAdd(k, lanes.Part(Coefficients.HalfLn264, Coefficients.HalfLn232, 0), clamped);
        var square = lanes.Multiply(h, h);
        var tail = lanes.SplitPolynomial(h, square, lanes.Choose(Coefficients.HalfExpm1Tail64, Coefficients.HalfExpm1Tail32));
        var half = lanes.FusedMultiplyAdd(square, tail, h);
        var scale = lanes.ShiftLeft(shifted, lanes.Format.MantissaBits);
        var offset = lanes.FusedMultiplyAdd(scale, lanes.Constant(0.5), lanes.Constant(-0.5));
        return lanes.FusedMultiplyAdd(scale, half, offset);
    }

    /// <summary>e^r - 1 for x = k ln 2 + r, and k in the low bits of the other pattern. x is held where e^x is 0 or infinity.</summary>
    private static (T Tail, T Shifted) Reduce<T>(ILanes<T> lanes, T x)
    {
        // NaN survives as the right argument of both.
        var clamped = lanes.Min(lanes.Choose(711, 90), lanes.Max(lanes.Choose(-746, -104), x));
        var rounder = lanes.Constant(lanes.Format.Rounder);
        var shifted = lanes.FusedMultiplyAdd(clamped, lanes.Part(Coefficients.Log2E64, Coefficients.Log2E32, 0), rounder);
        var k = lanes.Subtract(shifted, rounder);
        var r = lanes.FusedNegatedMultiplyAdd(k, lanes.Part(Coefficients.Ln264, Coefficients.Ln232, 0), clamped);
        r = lanes.FusedNegatedMultiplyAdd(k, lanes.Part(Coefficients.Ln264, Coefficients.Ln232, 1), r);
        var square = lanes.Multiply(r, r);
        var tail = lanes.SplitPolynomial(r, square, lanes.Choose(Coefficients.ExponentialTail64, Coefficients.ExponentialTail32));
        return (lanes.FusedMultiplyAdd(square, tail, r), shifted);
    }

    /// <summary>2^(k + more), which must be a normal number.</summary>
    private static T Scale<T>(ILanes<T> lanes, T shifted, int more)
    {
        var bias = unchecked((ulong)(lanes.Format.ExponentBias + more));
        return lanes.ShiftLeft(lanes.AddBits(shifted, lanes.Bits(bias)), lanes.Format.MantissaBits);
    }

    /// <summary>value * 2^(k + more) in two steps, because 2^k itself leaves the range of normal numbers before the result does.</summary>
    private static T ScaleTwice<T>(ILanes<T> lanes, T value, T shifted, int more)
    {
        var format = lanes.Format;
        var bias = unchecked((ulong)(2 * format.ExponentBias + more) - format.Pattern(format.Rounder));
        var k = lanes.AddBits(shifted, lanes.Bits(bias));
        var first = lanes.ShiftRight(k, 1);
        var second = lanes.AddBits(lanes.AddBits(k, lanes.Xor(first, lanes.Bits(ulong.MaxValue))), lanes.Bits(1));
        return lanes.Multiply(
            lanes.Multiply(value, lanes.ShiftLeft(first, format.MantissaBits)),
            lanes.ShiftLeft(second, format.MantissaBits)
        );
    }
}

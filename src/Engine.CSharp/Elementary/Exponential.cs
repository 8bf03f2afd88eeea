using MeanField.Core;

namespace MeanField.Engine.Elementary;

/// <summary>
/// exp, expm1 and sigmoid: x = k ln 2 + r by the add-a-large-number trick (no hardware conversion: every width rounds alike),
/// a polynomial in r, and 2^k by a shift of the pattern. The bias of the exponent rides along in the large number.
/// </summary>
internal static class Exponential
{
    /// <summary>e^x; overflows to infinity, underflows gradually (one rounding into the subnormals), NaN passes.</summary>
    public static T Exp<T>(ILanes<T> lanes, T x)
    {
        // NaN survives as the right argument of both bounds.
        var held = lanes.Min(lanes.Choose(711, 90), lanes.Max(lanes.Choose(-746, -104), x));
        // 2^k leaves the range of normal numbers before the result does: two factors share it, whose exponent fields have the sum k + 2 bias.
        var (tail, fields) = Reduce(lanes, held, Rounder(lanes, lanes.Format.ExponentBias));
        var half = lanes.ShiftRight(fields, 1);
        var rest = lanes.SubtractBits(fields, half);
        return lanes.Multiply(Scaled(lanes, tail, Scale(lanes, half)), Scale(lanes, rest));
    }

    /// <summary>e^-|x|, underflowing gradually.</summary>
    public static T Decay<T>(ILanes<T> lanes, T x) => OfNegative(lanes, lanes.Or(x, lanes.Bits(lanes.Format.SignBit)));

    /// <summary>e^x for x up to 0, or NaN, underflowing gradually.</summary>
    public static T OfNegative<T>(ILanes<T> lanes, T x)
    {
        var step = lanes.Format.Bits;
        var held = lanes.Max(lanes.Choose(-746, -104), x);
        var (tail, shifted) = Reduce(lanes, held, Rounder(lanes, step));
        return lanes.Multiply(Scaled(lanes, tail, Scale(lanes, shifted)), PowerOfTwo(lanes, -step));
    }

    /// <summary>e^x / 4 for x from 0 to 710.6 (binary32: 89.6), or NaN.</summary>
    public static T QuarterExp<T>(ILanes<T> lanes, T x)
    {
        var (tail, shifted) = Reduce(lanes, x, Rounder(lanes, -2));
        return Scaled(lanes, tail, Scale(lanes, shifted));
    }

    /// <summary>(e^x - 1)/4 for x from -40 to 710.6 (binary32: -20 to 89.6), or NaN; relative accuracy near 0.</summary>
    public static T QuarterExpm1<T>(ILanes<T> lanes, T x)
    {
        var (tail, shifted) = Reduce(lanes, x, Rounder(lanes, -2));
        var scale = Scale(lanes, shifted);
        return lanes.FusedMultiplyAdd(scale, tail, lanes.Subtract(scale, lanes.Constant(0.25)));
    }

    /// <summary>e^x - 1 without cancellation: relative accuracy near 0, -0 stays.</summary>
    public static T Expm1<T>(ILanes<T> lanes, T x)
    {
        // A quarter of it has a scale that is a number up to where e^x overflows, and a little beyond.
        var quarter = QuarterExpm1(lanes, lanes.Min(lanes.Choose(710, 89), lanes.Max(lanes.Choose(-40, -20), x)));
        // e^x - 1 is x where x^2/2 is lost: exact for subnormals, and the sign of 0.
        return lanes.Select(Comparison.Less, lanes.Absolute(x), lanes.Choose(1e-17, 1e-9), x, lanes.Multiply(quarter, lanes.Constant(4)));
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
        var decay = Decay(lanes, x);
        var numerator = lanes.Select(Comparison.Less, x, lanes.Constant(0), decay, one);
        return lanes.Divide(numerator, lanes.Add(one, decay));
    }

    /// <summary>x/(1 + e^-x); 0 times the underflowed tail of -infinity is 0.</summary>
    public static T Silu<T>(ILanes<T> lanes, T x) => lanes.Multiply(lanes.Max(lanes.Choose(-750, -110), x), Sigmoid(lanes, x));

    /// <summary>log(1 + e^x) = max(x, 0) + log(1 + e^-|x|).</summary>
    public static T Softplus<T>(ILanes<T> lanes, T x) => lanes.Add(Kinks.Relu(lanes, x), Logarithm.Log1pOfUnit(lanes, Decay(lanes, x)));

    /// <summary>
    /// (e^(2x) - 1)/2, held where tanh x rounds to 1, all in h = x - k ln2/2. Half the scale times twice the tail: two additions, on units that are
    /// idle, take the place of a multiply-add, with the same bits.
    /// </summary>
    private static T HalfExpm1OfDouble<T>(ILanes<T> lanes, T x)
    {
        var bound = lanes.Format == NumberFormat.Double ? 20.0 : 10.0;
        // NaN survives as the right argument of both bounds.
        var clamped = lanes.Min(lanes.Constant(bound), lanes.Max(lanes.Constant(-bound), x));
        var rounder = Rounder(lanes, -1);
        var shifted = lanes.FusedMultiplyAdd(clamped, lanes.Choose(2 * Coefficients.Log2E64[0], 2 * Coefficients.Log2E32[0]), rounder);
        var k = lanes.Subtract(shifted, rounder);
        // One fused step with ln 2 rounded: its error, k parts in 2^54 of it, meets the slope of tanh, which falls faster than k grows.
        var h = lanes.FusedNegatedMultiplyAdd(k, lanes.Choose(Coefficients.RoundedLn264[0] / 2, Coefficients.RoundedLn232[0] / 2), clamped);
        var halfScale = Scale(lanes, shifted);
        return lanes.FusedMultiplyAdd(halfScale, TailOfTwice(lanes, h), lanes.Subtract(halfScale, lanes.Constant(0.5)));
    }

    /// <summary>e^(2h) - 1 for |h| at most ln2/4.</summary>
    private static T TailOfTwice<T>(ILanes<T> lanes, T h)
    {
        var tail = lanes.Choose(Coefficients.ExponentialTail64, Coefficients.ExponentialTail32);
        Span<double> coefficients = stackalloc double[tail.Length];
        for (var k = 0; k < tail.Length; k++)
            coefficients[k] = Math.ScaleB(tail[k], k + 2);
        var square = lanes.Multiply(h, h);
        return lanes.FusedMultiplyAdd(square, lanes.SplitPolynomial(h, square, coefficients), lanes.Add(h, h));
    }

    /// <summary>e^r - 1 for x = k ln 2 + r, and a pattern whose low bits are k and what the rounder carries besides.</summary>
    private static (T Tail, T Shifted) Reduce<T>(ILanes<T> lanes, T x, T rounder)
    {
        var shifted = lanes.FusedMultiplyAdd(x, lanes.Part(Coefficients.Log2E64, Coefficients.Log2E32, 0), rounder);
        var k = lanes.Subtract(shifted, rounder);
        var r = lanes.FusedNegatedMultiplyAdd(k, lanes.Part(Coefficients.Ln264, Coefficients.Ln232, 0), x);
        r = lanes.FusedNegatedMultiplyAdd(k, lanes.Part(Coefficients.Ln264, Coefficients.Ln232, 1), r);
        return (Tail(lanes, r), shifted);
    }

    /// <summary>e^r - 1 for |r| at most ln2/2.</summary>
    private static T Tail<T>(ILanes<T> lanes, T r)
    {
        var square = lanes.Multiply(r, r);
        var tail = lanes.SplitPolynomial(r, square, lanes.Choose(Coefficients.ExponentialTail64, Coefficients.ExponentialTail32));
        return lanes.FusedMultiplyAdd(square, tail, r);
    }

    /// <summary>scale e^r, rounded once.</summary>
    private static T Scaled<T>(ILanes<T> lanes, T tail, T scale) => lanes.FusedMultiplyAdd(scale, tail, scale);

    /// <summary>The power of 2, a normal number, whose exponent field the low bits are.</summary>
    private static T Scale<T>(ILanes<T> lanes, T shifted) => lanes.ShiftLeft(shifted, lanes.Format.MantissaBits);

    /// <summary>Its sum with k has the exponent field of 2^(k + more) in the low bits.</summary>
    private static T Rounder<T>(ILanes<T> lanes, int more) => lanes.Constant(lanes.Format.Rounder + lanes.Format.ExponentBias + more);

    private static T PowerOfTwo<T>(ILanes<T> lanes, int exponent) => lanes.Constant(Math.ScaleB(1, exponent));
}

using MeanField.Core;

namespace MeanField.Engine.Elementary;

/// <summary>
/// log x = k ln 2 + log m with m in [sqrt(1/2), sqrt 2), log m = f - f^2/2 + s (f^2/2 + R(s^2)), f = m - 1, s = f/(2 + f):
/// the split of the leading terms keeps the error below one ulp.
/// </summary>
internal static class Logarithm
{
    /// <summary>The natural logarithm; log(+-0) = -infinity, log of a negative number and of NaN is NaN, log(infinity) = infinity.</summary>
    public static T Log<T>(ILanes<T> lanes, T x)
    {
        var format = lanes.Format;
        var smallest = lanes.Bits(1ul << format.MantissaBits);
        var zero = lanes.Constant(0);
        // 2^54 or 2^25 brings every subnormal into the normal range.
        var lift = (double)(1L << (format.MantissaBits + 2));
        var lifted = lanes.Select(Comparison.Less, x, smallest, lanes.Multiply(x, lanes.Constant(lift)), x);
        var exponent = lanes.Select(Comparison.Less, x, smallest, lanes.Constant(format.MantissaBits + 2), zero);
        var (k, f) = Split(lanes, lifted);
        return Ends(lanes, x, zero, OfParts(lanes, lanes.Subtract(k, exponent), f));
    }

    /// <summary>log(1 + x), relative accuracy near 0: the rounding error of 1 + x joins the mantissa.</summary>
    public static T Log1p<T>(ILanes<T> lanes, T x)
    {
        var (format, one) = (lanes.Format, lanes.Constant(1));
        var sum = lanes.Add(one, x);
        // Exact until the sum has no digits after the point, and small beside it from there on.
        var lost = lanes.Subtract(x, lanes.Subtract(sum, one));
        var (k, f) = Split(lanes, sum);
        // 2^-k; where that leaves the normal numbers nothing is lost.
        var field = lanes.Subtract(
            lanes.Constant(format.Rounder + format.ExponentBias),
            lanes.Min(k, lanes.Constant(format.ExponentBias - 1))
        );
        var scale = lanes.ShiftLeft(field, format.MantissaBits);
        var regular = OfParts(lanes, k, lanes.FusedMultiplyAdd(lost, scale, f));
        // The result has the sign of x; for a zero it would be +0.
        var signed = lanes.Or(regular, lanes.And(x, lanes.Bits(format.SignBit)));
        return Ends(lanes, x, lanes.Constant(-1), signed);
    }

    /// <summary>log(1 + t) for t in [0, 1], without a division; relative accuracy near 0.</summary>
    public static T Log1pOfUnit<T>(ILanes<T> lanes, T t)
    {
        var v = lanes.Subtract(t, lanes.Constant(0.5));
        // What the ratio lacks of 1 is small, and so are its rounding errors.
        var lack = lanes.SplitPolynomial(v, lanes.Multiply(v, v), lanes.Choose(Coefficients.Log1pOfUnit64, Coefficients.Log1pOfUnit32));
        return lanes.FusedMultiplyAdd(t, lack, t);
    }

    /// <summary>log x for positive normal x (any value for other x).</summary>
    public static T OfNormal<T>(ILanes<T> lanes, T x)
    {
        var (k, f) = Split(lanes, x);
        return OfParts(lanes, k, f);
    }

    /// <summary>k ln 2 + log(1 + f).</summary>
    private static T OfParts<T>(ILanes<T> lanes, T k, T f)
    {
        var s = lanes.Divide(f, lanes.Add(f, lanes.Constant(2)));
        var z = lanes.Multiply(s, s);
        var square = lanes.Multiply(lanes.Multiply(f, f), lanes.Constant(0.5));
        var tail = lanes.Polynomial(z, lanes.Choose(Coefficients.LogarithmTail64, Coefficients.LogarithmTail32));
        var rest = lanes.FusedMultiplyAdd(z, tail, square);
        var low = lanes.FusedMultiplyAdd(k, lanes.Part(Coefficients.Ln264, Coefficients.Ln232, 1), lanes.Multiply(s, rest));
        var correction = lanes.Subtract(lanes.Subtract(square, low), f);
        return lanes.Subtract(lanes.Multiply(k, lanes.Part(Coefficients.Ln264, Coefficients.Ln232, 0)), correction);
    }

    /// <summary>x = 2^k (1 + f) for positive normal x, 1 + f in [sqrt(1/2), sqrt 2).</summary>
    private static (T Exponent, T Fraction) Split<T>(ILanes<T> lanes, T x)
    {
        var format = lanes.Format;
        var (one, lowest) = (format.Pattern(1), format.Pattern(Math.Sqrt(0.5)));
        // The exponent field of x - lowest + 1 is k + bias; pasted below 2^52 (2^23) it becomes a number.
        var moved = lanes.AddBits(x, lanes.Bits(unchecked(one - lowest)));
        var paste = (double)(1L << format.MantissaBits);
        var field = lanes.Or(lanes.ShiftRight(moved, format.MantissaBits), lanes.Constant(paste));
        var k = lanes.Subtract(field, lanes.Constant(paste + format.ExponentBias));
        var mantissa = lanes.AddBits(lanes.And(moved, lanes.Bits((1ul << format.MantissaBits) - 1)), lanes.Bits(lowest));
        return (k, lanes.Subtract(mantissa, lanes.Constant(1)));
    }

    /// <summary>The values at the left end of the domain, beyond it, and at infinity.</summary>
    private static T Ends<T>(ILanes<T> lanes, T x, T left, T regular)
    {
        var below = lanes.Select(Comparison.Equal, x, left, lanes.Constant(double.NegativeInfinity), lanes.Constant(double.NaN));
        // NaN and infinity are their own logarithms.
        var above = lanes.Select(Comparison.Less, x, lanes.Constant(double.PositiveInfinity), regular, x);
        return lanes.Select(Comparison.Less, left, x, above, below);
    }
}

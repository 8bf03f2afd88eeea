using MeanField.Core;

namespace MeanField.Engine.Elementary;

/// <summary>
/// sin, cos and tan: x = h pi + r (or h pi/2 + r) with pi in three parts. Fused products make x - h P1 exact (both are multiples of the last bit of
/// P1, and the difference is below 2) and round the others once, so that r has full relative accuracy for |x| up to 2^50 (binary32: 2^20).
/// Beyond, where neighbouring numbers are a good part of a turn apart, the results are NaN.
/// </summary>
internal static class Trigonometric
{
    /// <summary>sin x = (-1)^h sin r, h the integer nearest to x/pi.</summary>
    public static T Sine<T>(ILanes<T> lanes, T x)
    {
        var rounder = lanes.Constant(lanes.Format.Rounder);
        var shifted = lanes.FusedMultiplyAdd(x, InversePi(lanes), rounder);
        var sine = OfReduced(lanes, ReduceByPi(lanes, x, lanes.Subtract(shifted, rounder)));
        // The sign of zero is that of x.
        return lanes.Select(Comparison.Equal, x, lanes.Constant(0), x, lanes.Xor(sine, LowestBitAsSign(lanes, shifted)));
    }

    /// <summary>cos x = -(-1)^k sin r, x = (k + 1/2) pi + r.</summary>
    public static T Cosine<T>(ILanes<T> lanes, T x)
    {
        var rounder = lanes.Constant(lanes.Format.Rounder);
        var turns = lanes.FusedMultiplyAdd(x, InversePi(lanes), lanes.Constant(-0.5));
        var shifted = lanes.Add(turns, rounder);
        var h = lanes.Add(lanes.Subtract(shifted, rounder), lanes.Constant(0.5));
        var sine = OfReduced(lanes, ReduceByPi(lanes, x, h));
        return lanes.Xor(sine, LowestBitAsSign(lanes, lanes.AddBits(shifted, lanes.Bits(1))));
    }

    /// <summary>tan x = sin r/cos r or -cos r/sin r, x = k pi/2 + r.</summary>
    public static T Tangent<T>(ILanes<T> lanes, T x)
    {
        var rounder = lanes.Constant(lanes.Format.Rounder);
        var shifted = lanes.FusedMultiplyAdd(x, lanes.Part(Coefficients.TwoOverPi64, Coefficients.TwoOverPi32, 0), rounder);
        var k = lanes.Subtract(shifted, rounder);
        var r = Reduce(lanes, x, k, lanes.Choose(Coefficients.HalfPi64, Coefficients.HalfPi32));
        var z = lanes.Multiply(r, r);
        var tail = lanes.Polynomial(z, lanes.Choose(Coefficients.ShortSine64, Coefficients.ShortSine32));
        var sine = lanes.FusedMultiplyAdd(lanes.Multiply(r, z), tail, r);
        tail = lanes.Polynomial(z, lanes.Choose(Coefficients.ShortCosine64, Coefficients.ShortCosine32));
        var cosine = lanes.FusedMultiplyAdd(z, lanes.FusedMultiplyAdd(z, tail, lanes.Constant(-0.5)), lanes.Constant(1));
        var sign = LowestBitAsSign(lanes, shifted);
        var odd = lanes.Or(sign, lanes.Constant(1));
        var zero = lanes.Constant(0);
        var above = lanes.Select(Comparison.Less, odd, zero, cosine, sine);
        var below = lanes.Select(Comparison.Less, odd, zero, sine, cosine);
        return lanes.Select(Comparison.Equal, x, zero, x, lanes.Xor(lanes.Divide(above, below), sign));
    }

    private static T InversePi<T>(ILanes<T> lanes) => lanes.Part(Coefficients.InversePi64, Coefficients.InversePi32, 0);

    /// <summary>sin r for |r| at most pi/2.</summary>
    private static T OfReduced<T>(ILanes<T> lanes, T r)
    {
        var z = lanes.Multiply(r, r);
        var tail = lanes.SplitPolynomial(z, lanes.Multiply(z, z), lanes.Choose(Coefficients.Sine64, Coefficients.Sine32));
        return lanes.FusedMultiplyAdd(lanes.Multiply(r, z), tail, r);
    }

    private static T ReduceByPi<T>(ILanes<T> lanes, T x, T h) => Reduce(lanes, x, h, lanes.Choose(Coefficients.Pi64, Coefficients.Pi32));

    private static T Reduce<T>(ILanes<T> lanes, T x, T h, ReadOnlySpan<double> parts)
    {
        var r = x;
        foreach (var part in parts)
            r = lanes.FusedNegatedMultiplyAdd(h, lanes.Constant(part), r);
        var range = lanes.Choose(1L << 50, 1 << 20);
        return lanes.Select(Comparison.LessOrEqual, lanes.Absolute(x), range, r, lanes.Constant(double.NaN));
    }

    private static T LowestBitAsSign<T>(ILanes<T> lanes, T shifted) => lanes.ShiftLeft(shifted, lanes.Format.Bits - 1);
}

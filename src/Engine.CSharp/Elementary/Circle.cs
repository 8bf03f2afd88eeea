using MeanField.Core;

namespace MeanField.Engine.Elementary;

/// <summary>Sine and cosine of a turn, for angles 2 pi u with u in [0, 1].</summary>
internal static class Circle
{
    /// <summary>
    /// (sin 2 pi u, cos 2 pi u) by quadrants: u = q/4 + f, |f| at most 1/8 (exact), the series of both, exchanged for odd q,
    /// signs from the second bit of q. Absolute error below 3e-16 (binary32: 2e-7).
    /// </summary>
    public static (T Sine, T Cosine) Turn<T>(ILanes<T> lanes, T u)
    {
        var rounder = lanes.Constant(lanes.Format.Rounder);
        var shifted = lanes.FusedMultiplyAdd(u, lanes.Constant(4), rounder);
        var quadrant = lanes.Subtract(shifted, rounder);
        var f = lanes.FusedNegatedMultiplyAdd(quadrant, lanes.Constant(0.25), u);
        var z = lanes.Multiply(f, f);
        var sine = lanes.Multiply(lanes.Polynomial(z, lanes.Choose(Coefficients.SineTurn64, Coefficients.SineTurn32)), f);
        var cosine = lanes.Polynomial(z, lanes.Choose(Coefficients.CosineTurn64, Coefficients.CosineTurn32));
        // -1 for odd quadrants, +1 for even ones: the lowest bit becomes a sign.
        var swap = lanes.Or(lanes.ShiftLeft(shifted, lanes.Format.Bits - 1), lanes.Constant(1));
        var turnedSine = lanes.Select(Comparison.Less, swap, lanes.Constant(0), cosine, sine);
        var turnedCosine = lanes.Select(Comparison.Less, swap, lanes.Constant(0), sine, cosine);
        var next = lanes.AddBits(shifted, lanes.Bits(1));
        return (lanes.Xor(turnedSine, Sign(lanes, shifted)), lanes.Xor(turnedCosine, Sign(lanes, next)));
    }

    /// <summary>The second bit of the quadrant, in the place of the sign.</summary>
    private static T Sign<T>(ILanes<T> lanes, T quadrant) => lanes.ShiftLeft(lanes.And(quadrant, lanes.Bits(2)), lanes.Format.Bits - 2);
}

using MeanField.Core;

namespace MeanField.Engine.Elementary;

/// <summary>Sine and cosine of a turn, for angles 2 pi u with u in [0, 1]. Coefficients: tools/fit-coefficients.</summary>
internal static class Circle
{
    private const double Rounder = 6755399441055744.0;

    /// <summary>sin(2 pi f)/f in z = f^2 on |f| at most 1/8.</summary>
    private static ReadOnlySpan<double> SineTail =>
        [
            6.283185307179586,
            -41.341702240399634,
            81.60524927594804,
            -76.70585970427454,
            42.058685020160894,
            -15.093804209987114,
            3.7808689593022957,
        ];

    /// <summary>cos(2 pi f) in z = f^2 on |f| at most 1/8.</summary>
    private static ReadOnlySpan<double> CosineTail =>
        [1.0, -19.73920880217842, 64.93939402236538, -85.45681709034115, 60.24462008593029, -26.42425703488269, 7.810290968144191];

    /// <summary>
    /// (sin 2 pi u, cos 2 pi u) by quadrants: u = q/4 + f, |f| at most 1/8 (exact), the series of both, exchanged for odd q,
    /// signs from the second bit of q. Absolute error below 3e-16.
    /// </summary>
    public static (T Sine, T Cosine) Turn<T>(ILanes<T> lanes, T u)
    {
        var shifted = lanes.FusedMultiplyAdd(u, lanes.Constant(4), lanes.Constant(Rounder));
        var quadrant = lanes.Subtract(shifted, lanes.Constant(Rounder));
        var f = lanes.FusedNegatedMultiplyAdd(quadrant, lanes.Constant(0.25), u);
        var z = lanes.Multiply(f, f);
        var sine = lanes.Multiply(lanes.Polynomial(z, SineTail), f);
        var cosine = lanes.Polynomial(z, CosineTail);
        // -1 for odd quadrants, +1 for even ones: the lowest bit becomes a sign.
        var swap = lanes.Or(lanes.ShiftLeft(shifted, 63), lanes.Constant(1));
        var turnedSine = lanes.Select(Comparison.Less, swap, lanes.Constant(0), cosine, sine);
        var turnedCosine = lanes.Select(Comparison.Less, swap, lanes.Constant(0), sine, cosine);
        var next = lanes.AddBits(shifted, lanes.Bits(1));
        return (lanes.Xor(turnedSine, Sign(lanes, shifted)), lanes.Xor(turnedCosine, Sign(lanes, next)));
    }

    /// <summary>The second bit of the quadrant, in the place of the sign.</summary>
    private static T Sign<T>(ILanes<T> lanes, T quadrant) => lanes.ShiftLeft(lanes.And(quadrant, lanes.Bits(2)), 62);
}

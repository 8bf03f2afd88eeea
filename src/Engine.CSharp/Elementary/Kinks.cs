using MeanField.Core;

namespace MeanField.Engine.Elementary;

/// <summary>Piecewise functions with the values of the contract at their kinks; NaN passes through each.</summary>
internal static class Kinks
{
    /// <summary>max(0, x); relu(-0) = -0.</summary>
    public static T Relu<T>(ILanes<T> lanes, T x) => lanes.Max(lanes.Constant(0), x);

    /// <summary>-1, 0 or 1; sign(+-0) = +-0.</summary>
    public static T Sign<T>(ILanes<T> lanes, T x)
    {
        var zero = lanes.Constant(0);
        var below = lanes.Select(Comparison.Less, x, zero, lanes.Constant(-1), x);
        return lanes.Select(Comparison.Less, zero, x, lanes.Constant(1), below);
    }

    /// <summary>0 below, 1/2 at, 1 above 0.</summary>
    public static T Heaviside<T>(ILanes<T> lanes, T x)
    {
        var zero = lanes.Constant(0);
        // At +-0 the sum is 1/2; a NaN stays one.
        var below = lanes.Select(Comparison.Less, x, zero, zero, lanes.Add(x, lanes.Constant(0.5)));
        return lanes.Select(Comparison.Less, zero, x, lanes.Constant(1), below);
    }
}

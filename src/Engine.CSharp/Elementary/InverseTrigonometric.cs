using MeanField.Core;

namespace MeanField.Engine.Elementary;

/// <summary>atan, asin and acos by one division or one square root and one polynomial.</summary>
internal static class InverseTrigonometric
{
    /// <summary>
    /// atan |x| = base + atan t: t = |x| below tan(pi/8), (|x| - 1)/(|x| + 1) from base pi/4, -1/|x| from base pi/2 above tan(3 pi/8).
    /// </summary>
    public static T Arctangent<T>(ILanes<T> lanes, T x)
    {
        var (y, one, zero) = (lanes.Absolute(x), lanes.Constant(1), lanes.Constant(0));
        var low = lanes.Part(Coefficients.TangentOfEighth64, Coefficients.TangentOfEighth32, 0);
        var high = lanes.Constant(1 + Math.Sqrt(2));
        var above = lanes.Select(Comparison.Less, high, y, lanes.Constant(-1), lanes.Subtract(y, one));
        var below = lanes.Select(Comparison.Less, high, y, y, lanes.Add(y, one));
        var t = lanes.Divide(lanes.Select(Comparison.Less, low, y, above, y), lanes.Select(Comparison.Less, low, y, below, one));
        var (first, second) = (HalfPi(lanes, 0), HalfPi(lanes, 1));
        var half = lanes.Constant(0.5);
        var middle = lanes.Select(Comparison.Less, low, y, lanes.Multiply(first, half), zero);
        var start = lanes.Select(Comparison.Less, high, y, first, middle);
        var middleRest = lanes.Select(Comparison.Less, low, y, lanes.Multiply(second, half), zero);
        var rest = lanes.Select(Comparison.Less, high, y, second, middleRest);
        var z = lanes.Multiply(t, t);
        var tail = lanes.Polynomial(z, lanes.Choose(Coefficients.Arctangent64, Coefficients.Arctangent32));
        var small = lanes.FusedMultiplyAdd(lanes.Multiply(t, z), tail, rest);
        return lanes.CopySign(lanes.Add(start, lanes.Add(small, t)), x);
    }

    /// <summary>asin x = s + s^3 P(s^2) for |x| up to 1/2, else pi/2 - 2 asin sqrt((1 - |x|)/2).</summary>
    public static T Arcsine<T>(ILanes<T> lanes, T x)
    {
        var (y, angle) = Reduced(lanes, x);
        var complement = lanes.FusedNegatedMultiplyAdd(lanes.Constant(2), angle, HalfPi(lanes, 1));
        var large = lanes.Add(HalfPi(lanes, 0), complement);
        return lanes.CopySign(lanes.Select(Comparison.Less, lanes.Constant(0.5), y, large, angle), x);
    }

    /// <summary>acos x = pi/2 - asin x for |x| up to 1/2, 2 asin sqrt((1 - x)/2) above, pi minus that of -x below.</summary>
    public static T Arccosine<T>(ILanes<T> lanes, T x)
    {
        var (y, angle) = Reduced(lanes, x);
        var inner = lanes.Add(HalfPi(lanes, 0), lanes.Subtract(HalfPi(lanes, 1), lanes.CopySign(angle, x)));
        var twice = lanes.Add(angle, angle);
        var two = lanes.Constant(2);
        var left = lanes.FusedMultiplyAdd(two, HalfPi(lanes, 0), lanes.FusedMultiplyAdd(two, HalfPi(lanes, 1), lanes.Negate(twice)));
        var edge = lanes.Select(Comparison.Less, x, lanes.Constant(0), left, twice);
        return lanes.Select(Comparison.Less, lanes.Constant(0.5), y, edge, inner);
    }

    /// <summary>|x| with asin |x| up to 1/2, with asin sqrt((1 - |x|)/2) above; NaN beyond 1.</summary>
    private static (T Magnitude, T Angle) Reduced<T>(ILanes<T> lanes, T x)
    {
        var y = lanes.Absolute(x);
        var complement = lanes.FusedNegatedMultiplyAdd(lanes.Constant(0.5), y, lanes.Constant(0.5));
        var half = lanes.Constant(0.5);
        var z = lanes.Select(Comparison.Less, half, y, complement, lanes.Multiply(y, y));
        var s = lanes.Select(Comparison.Less, half, y, lanes.SquareRoot(complement), y);
        var tail = lanes.Polynomial(z, lanes.Choose(Coefficients.Arcsine64, Coefficients.Arcsine32));
        return (y, lanes.FusedMultiplyAdd(lanes.Multiply(s, z), tail, s));
    }

    private static T HalfPi<T>(ILanes<T> lanes, int part) => lanes.Part(Coefficients.HalfPi64, Coefficients.HalfPi32, part);
}

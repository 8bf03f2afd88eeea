using MeanField.Core;

namespace MeanField.Engine.Elementary;

/// <summary>sinh, cosh and their reciprocals, one exponential each.</summary>
internal static class Hyperbolic
{
    /// <summary>cosh x = 2 (q + 1/(16 q)), q = e^|x|/4, which is finite beyond where cosh x overflows.</summary>
    public static T Cosh<T>(ILanes<T> lanes, T x)
    {
        var quarter = Exponential.QuarterExp(lanes, Magnitude(lanes, x));
        var half = lanes.Add(quarter, lanes.Divide(lanes.Constant(1.0 / 16), quarter));
        return lanes.Add(half, half);
    }

    /// <summary>1/cosh x = 2t/(1 + t^2), t = e^-|x|.</summary>
    public static T Sech<T>(ILanes<T> lanes, T x)
    {
        var decay = Exponential.Decay(lanes, x);
        var one = lanes.Constant(1);
        return lanes.Divide(lanes.Add(decay, decay), lanes.FusedMultiplyAdd(decay, decay, one));
    }

    /// <summary>sinh |x| = 2 (Q + Q/(4Q + 1)), Q = (e^|x| - 1)/4; the sign is put back.</summary>
    public static T Sinh<T>(ILanes<T> lanes, T x)
    {
        var quarter = Exponential.QuarterExpm1(lanes, Magnitude(lanes, x));
        // Where 4Q overflows the quotient, which should be 1/4, is 0: either way it is lost beside Q.
        var quotient = lanes.Divide(quarter, lanes.FusedMultiplyAdd(quarter, lanes.Constant(4), lanes.Constant(1)));
        var half = lanes.Add(quarter, quotient);
        // Numbers whose cube is lost are their own sinh.
        var tiny = lanes.Select(Comparison.Less, lanes.Absolute(x), lanes.Choose(1e-8, 1e-4), x, lanes.Add(half, half));
        return lanes.CopySign(tiny, x);
    }

    /// <summary>1/sinh x.</summary>
    public static T Csch<T>(ILanes<T> lanes, T x) => lanes.Divide(lanes.Constant(1), Sinh(lanes, x));

    /// <summary>(e^|x| - 1)/2, which overflows where sinh and cosh do.</summary>
    public static T Growth<T>(ILanes<T> lanes, T x)
    {
        var quarter = Exponential.QuarterExpm1(lanes, Magnitude(lanes, x));
        return lanes.Add(quarter, quarter);
    }

    /// <summary>|x|, held where sinh and cosh have overflown; NaN stays.</summary>
    private static T Magnitude<T>(ILanes<T> lanes, T x) => lanes.Min(lanes.Choose(710.6, 89.6), lanes.Absolute(x));
}

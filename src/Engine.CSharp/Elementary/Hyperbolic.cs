using MeanField.Core;

namespace MeanField.Engine.Elementary;

/// <summary>sinh, cosh and their reciprocals, one exponential and one division each.</summary>
internal static class Hyperbolic
{
    /// <summary>cosh x = t + 1/(4t), t = e^|x|/2.</summary>
    public static T Cosh<T>(ILanes<T> lanes, T x)
    {
        var half = Exponential.HalfExp(lanes, lanes.Absolute(x));
        return lanes.Add(half, lanes.Divide(lanes.Constant(0.25), half));
    }

    /// <summary>1/cosh x = 2t/(1 + t^2), t = e^-|x|.</summary>
    public static T Sech<T>(ILanes<T> lanes, T x)
    {
        var decay = Decay(lanes, x);
        var one = lanes.Constant(1);
        return lanes.Divide(lanes.Add(decay, decay), lanes.FusedMultiplyAdd(decay, decay, one));
    }

    /// <summary>sinh |x| = H + H/(2H + 1) with H = (e^|x| - 1)/2 while that is small, e^|x|/2 beyond; the sign is put back.</summary>
    public static T Sinh<T>(ILanes<T> lanes, T x)
    {
        var magnitude = lanes.Absolute(x);
        var limit = lanes.Choose(20, 10);
        var (exponential, half) = Exponential.Halves(lanes, magnitude);
        var small = lanes.Add(half, lanes.Divide(half, lanes.Add(lanes.Add(half, half), lanes.Constant(1))));
        var large = lanes.Select(Comparison.Less, magnitude, limit, small, exponential);
        // NaN falls through to itself; so do numbers whose cube is lost.
        var result = lanes.Select(Comparison.LessOrEqual, lanes.Choose(1e-8, 1e-4), magnitude, large, magnitude);
        return lanes.CopySign(result, x);
    }

    /// <summary>1/sinh x = 2t/((1 - t)(1 + t)), t = e^-|x|, 1 - t formed without cancellation.</summary>
    public static T Csch<T>(ILanes<T> lanes, T x)
    {
        var negative = lanes.Or(x, lanes.Bits(lanes.Format.SignBit));
        var decay = Exponential.Exp(lanes, negative);
        var lost = Exponential.Expm1(lanes, negative);
        var denominator = lanes.Multiply(lost, lanes.Add(lost, lanes.Constant(2)));
        return lanes.CopySign(lanes.Divide(lanes.Add(decay, decay), denominator), x);
    }

    /// <summary>e^-|x|.</summary>
    private static T Decay<T>(ILanes<T> lanes, T x) => Exponential.Exp(lanes, lanes.Or(x, lanes.Bits(lanes.Format.SignBit)));
}

using MeanField.Core;

namespace MeanField.Engine.Elementary;

/// <summary>erf by polynomials alone; erfc, the normal law's tail and gelu by one exponential and Mills' ratio.</summary>
internal static class ErrorFunction
{
    /// <summary>erf x: y P(y^2 - 3) up to sqrt 6, Q(y - 17/4) beyond, the two polynomials blended coefficient by coefficient.</summary>
    public static T Erf<T>(ILanes<T> lanes, T x)
    {
        var y = lanes.Absolute(x);
        var square = lanes.Multiply(y, y);
        // NaN survives as the right argument.
        var held = lanes.Min(lanes.Constant(6), y);
        var near = lanes.Subtract(square, lanes.Constant(3));
        var far = lanes.Subtract(held, lanes.Constant(4.25));
        var v = Inside(lanes, square, near, far);
        var value = Blend(lanes, square, v);
        return lanes.CopySign(lanes.Multiply(Inside(lanes, square, y, lanes.Constant(1)), value), x);
    }

    /// <summary>erfc x = 2 Phi(-x sqrt 2), relative accuracy in the right tail.</summary>
    public static T Erfc<T>(ILanes<T> lanes, T x)
    {
        var y = lanes.Multiply(lanes.Absolute(x), lanes.Constant(Math.Sqrt(2)));
        var tail = lanes.Multiply(Gauss(lanes, x, 1), Mills(lanes, y));
        var both = lanes.Add(tail, tail);
        return lanes.Select(Comparison.Less, x, lanes.Constant(0), lanes.Subtract(lanes.Constant(2), both), both);
    }

    /// <summary>gelu x = x Phi(x), relative accuracy in the left tail.</summary>
    public static T Gelu<T>(ILanes<T> lanes, T x)
    {
        var tail = lanes.Multiply(Gauss(lanes, x, 0.5), Mills(lanes, lanes.Absolute(x)));
        var probability = lanes.Select(Comparison.Less, x, lanes.Constant(0), tail, lanes.Subtract(lanes.Constant(1), tail));
        // 0 times the underflowed tail of -infinity is 0.
        return lanes.Multiply(lanes.Max(lanes.Choose(-40, -15), x), probability);
    }

    /// <summary>Mills' ratio of the normal law, Phi(-y) e^(y^2/2), for y from 0 on: t P(t), t = 3/(3 + y).</summary>
    public static T Mills<T>(ILanes<T> lanes, T y)
    {
        // The ratio varies 2.4 times as fast as t near y = 0: a larger scale would need fewer coefficients, but raise its roundings more.
        var scale = lanes.Constant(3);
        var t = lanes.Divide(scale, lanes.Add(y, scale));
        var v = lanes.Subtract(t, lanes.Constant(0.5));
        var coefficients = lanes.Choose(Coefficients.Mills64, Coefficients.Mills32);
        // The first two terms by Horner's scheme: for large y, where v is negative, the even terms and the odd ones cancel.
        var rest = lanes.SplitPolynomial(v, lanes.Multiply(v, v), coefficients[2..]);
        var ratio = lanes.Polynomial(v, rest, coefficients[..2]);
        return lanes.Multiply(t, ratio);
    }

    /// <summary>e^(-scale x^2): what the square's rounding adds is taken back to first order.</summary>
    public static T Gauss<T>(ILanes<T> lanes, T x, double scale)
    {
        // Held where the result has long been 0, so that no infinity meets another.
        var y = lanes.Min(lanes.Choose(60, 30), lanes.Absolute(x));
        var square = lanes.Multiply(y, y);
        var gained = lanes.FusedNegatedMultiplyAdd(y, y, square);
        var value = Exponential.OfNegative(lanes, lanes.Multiply(square, lanes.Constant(-scale)));
        return lanes.FusedMultiplyAdd(lanes.Multiply(value, lanes.Constant(scale)), gained, value);
    }

    private static T Inside<T>(ILanes<T> lanes, T square, T inside, T outside) =>
        lanes.Select(Comparison.Less, square, lanes.Constant(6), inside, outside);

    /// <summary>Horner's scheme in v with coefficients by interval.</summary>
    private static T Blend<T>(ILanes<T> lanes, T square, T v)
    {
        var inside = lanes.Choose(Coefficients.ErrorInside64, Coefficients.ErrorInside32);
        var outside = lanes.Choose(Coefficients.ErrorOutside64, Coefficients.ErrorOutside32);
        var sum = lanes.Constant(outside[^1]);
        for (var k = outside.Length - 2; k >= 0; k--)
        {
            if (k == inside.Length - 1)
                sum = Inside(lanes, square, lanes.Constant(0), sum);
            var coefficient = lanes.Constant(outside[k]);
            if (k < inside.Length)
                coefficient = Inside(lanes, square, lanes.Constant(inside[k]), coefficient);
            sum = lanes.FusedMultiplyAdd(sum, v, coefficient);
        }
        return sum;
    }
}

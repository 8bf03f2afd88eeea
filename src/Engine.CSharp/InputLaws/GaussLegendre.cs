using MathNet.Numerics.Integration;

namespace MeanField.Engine.InputLaws;

/// <summary>
/// The Gauss-Legendre rules for the uniform law on [-1, 1], weights being half of the usual ones; exact for polynomials of degree up
/// to 2 order - 1.
/// </summary>
/// <remarks>
/// Start values come from MathNet.Numerics, whose nodes are off by up to 7e-16 and whose weights by some 5e-7 relative
/// (order 1000, nodes next to the ends), so each node takes one more Newton step in double-double arithmetic: 7e-16 becomes
/// about 1e-31, and every number the nearest double (tested to order 1000). Cost: order^2 / 2 steps of a three-term recurrence, twice.
/// </remarks>
internal static class GaussLegendre
{
    /// <summary>The largest order served: beyond it the quadratic cost exceeds seconds.</summary>
    public const int MaximalOrder = 10_000;

    /// <summary>The rule of that order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The order is not within 1 and <see cref="MaximalOrder"/>.</exception>
    public static GaussRule OfOrder(int order)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(order, Math.Clamp(order, 1, MaximalOrder));
        var start = new GaussLegendreRule(-1, 1, order);
        return GaussRule.Symmetric(order, i => Refine(order, order == 2 * i + 1 ? 0 : start.GetAbscissa(i)));
    }

    private static (double Node, double Weight) Refine(int order, double start)
    {
        var (value, slope) = Legendre(order, start);
        var node = start - (value / slope);
        slope = Legendre(order, node).Slope;
        var weight = (DoubleDouble)1 / ((1 - (node * node)) * slope * slope);
        return (node.Rounded, weight.Rounded);
    }

    /// <summary>P_n(x) and P_n'(x) for |x| &lt; 1 by the three-term recurrence k P_k = (2k - 1) x P_(k-1) - (k - 1) P_(k-2).</summary>
    private static (DoubleDouble Value, DoubleDouble Slope) Legendre(int order, DoubleDouble x)
    {
        var (before, value) = ((DoubleDouble)1, x);

        for (var k = 2; k <= order; k++)
        {
            (before, value) = (value, ((((2.0 * k) - 1) * x * value) - ((k - 1.0) * before)) / k);
        }

        return (value, order * ((x * value) - before) / ((x * x) - 1));
    }
}

using MathNet.Numerics.LinearAlgebra;

namespace MeanField.Engine.InputLaws;

/// <summary>The Gauss-Hermite rules for the standard normal law; exact for polynomials of degree up to 2 order - 1.</summary>
/// <remarks>
/// Start values are the eigenvalues of the Jacobi matrix (Golub and Welsch, 1969) by MathNet.Numerics, brought by two Newton steps in
/// double-double arithmetic to the nearest double. Polynomials are orthonormal, which keeps them in range. Cost: order^3.
/// </remarks>
internal static class GaussHermite
{
    /// <summary>The largest order served: its outermost weights are near 1e-211, those of order 512 would leave the range of numbers.</summary>
    public const int MaximalOrder = 256;

    /// <summary>The rule of that order.</summary>
    /// <exception cref="ArgumentOutOfRangeException">The order is not within 1 and <see cref="MaximalOrder"/>.</exception>
    public static GaussRule OfOrder(int order)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(order, Math.Clamp(order, 1, MaximalOrder));
        var roots = Enumerable.Range(0, order + 1).Select(k => k == 0 ? 0 : DoubleDouble.Sqrt(k)).ToArray();
        var jacobi = Matrix<double>.Build.Dense(order, order, (i, j) => Math.Abs(i - j) == 1 ? Math.Sqrt(Math.Max(i, j)) : 0);
        var start = jacobi.Evd(Symmetricity.Symmetric).EigenValues.Select(value => value.Real).Order().ToArray();
        return GaussRule.Symmetric(order, i => Refine(roots, order == (2 * i) + 1 ? 0 : start[i]));
    }

    private static (double Node, double Weight) Refine(DoubleDouble[] roots, DoubleDouble node)
    {
        for (var k = 0; k < 2; k++)
        {
            var (value, slope) = Hermite(roots, node);
            node -= value / slope;
        }

        // 1/(n h_{n-1}^2), and h_n' = sqrt(n) h_{n-1}.
        var last = Hermite(roots, node).Slope;
        return (node.Rounded, (1 / (last * last)).Rounded);
    }

    /// <summary>The orthonormal h_n and its slope by sqrt(k) h_k = x h_(k-1) - sqrt(k - 1) h_(k-2); n is the last index of the roots.</summary>
    private static (DoubleDouble Value, DoubleDouble Slope) Hermite(DoubleDouble[] roots, DoubleDouble x)
    {
        var (before, value) = ((DoubleDouble)0, (DoubleDouble)1);

        for (var k = 1; k < roots.Length; k++)
            (before, value) = (value, ((x * value) - (roots[k - 1] * before)) / roots[k]);

        return (value, roots[^1] * before);
    }
}

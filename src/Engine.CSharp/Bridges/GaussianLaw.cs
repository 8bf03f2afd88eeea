using MathNet.Numerics.LinearAlgebra;
using MeanField.Core;

namespace MeanField.Engine.Bridges;

/// <summary>A normal law on R^d with a covariance that has an inverse.</summary>
/// <param name="Mean">d numbers.</param>
/// <param name="Factor">The lower Cholesky factor of the covariance, d x d.</param>
public sealed record GaussianLaw(Vector<double> Mean, Matrix<double> Factor)
{
    private const double LargestNumber = 1e60;

    /// <summary>Of the least to the largest eigenvalue of a covariance: below, no digit of its inverse is left.</summary>
    private const double LeastRatio = 1e-14;

    /// <summary>The law that a problem file states.</summary>
    public static GaussianLaw Of(Gaussian law) =>
        new(
            Vector<double>.Build.DenseOfEnumerable(law.Mean.Select(number => number.Value)),
            law.Factor.IsEmpty
                ? Matrix<double>.Build.DenseOfDiagonalArray([.. law.Deviations.Select(number => number.Value)])
                : Matrix<double>.Build.DenseOfRows(law.Factor.Select(row => row.Select(number => number.Value)))
        );

    /// <summary>d.</summary>
    public int Dimension => Mean.Count;

    /// <summary>The covariance, d x d.</summary>
    public Matrix<double> Covariance => Factor * Factor.Transpose();

    /// <summary>log det of the covariance.</summary>
    public double LogDeterminant => 2 * Factor.Diagonal().PointwiseLog().Sum();

    /// <summary>Whether double precision holds the inverse of the covariance to some digits, and squares of all numbers.</summary>
    public bool IsResolved
    {
        get
        {
            var largest = Math.Max(Mean.InfinityNorm(), Factor.InfinityNorm());
            if (!(largest < LargestNumber && Factor.Diagonal().Minimum() > 1 / LargestNumber))
                return false;
            var scales = Covariance.Evd(Symmetricity.Symmetric).EigenValues.Select(value => value.Real).ToArray();
            return scales.Min() > LeastRatio * scales.Max();
        }
    }

    /// <summary>The log of the density at a point.</summary>
    public double LogDensity(ReadOnlySpan<double> point)
    {
        // Forward substitution: z with Factor z = point - mean.
        var z = new double[Dimension];
        var square = 0.0;
        for (var i = 0; i < z.Length; i++)
        {
            var rest = point[i] - Mean[i];
            for (var j = 0; j < i; j++)
                rest -= Factor[i, j] * z[j];
            z[i] = rest / Factor[i, i];
            square += z[i] * z[i];
        }
        return -(square + LogDeterminant + Dimension * Math.Log(2 * Math.PI)) / 2;
    }

    /// <summary>mean + factor z for standard normals z.</summary>
    public void Map(ReadOnlySpan<double> normals, Span<double> point)
    {
        for (var i = 0; i < Dimension; i++)
        {
            point[i] = Mean[i];
            for (var j = 0; j <= i; j++)
                point[i] += Factor[i, j] * normals[j];
        }
    }
}

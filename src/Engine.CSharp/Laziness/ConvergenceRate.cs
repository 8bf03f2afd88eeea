using MathNet.Numerics.LinearAlgebra;

namespace MeanField.Engine.Laziness;

/// <summary>A quantity at growing N or K, with its standard error.</summary>
public sealed record RatePoint(double At, double Value, double StandardError);

/// <summary>How a quantity falls: value proportional to at^exponent, fitted to logarithms by weighted least squares.</summary>
/// <param name="Name">What falls, and with what.</param>
/// <param name="Expected">The exponent of theory.</param>
/// <param name="Exponent">The fitted one; NaN where a value is not resolved.</param>
/// <param name="StandardError">Of the fitted exponent, from those of the values.</param>
/// <param name="Points">The values.</param>
public sealed record ConvergenceRate(string Name, double Expected, double Exponent, double StandardError, IReadOnlyList<RatePoint> Points)
{
    /// <summary>A value below so many standard errors has no logarithm to speak of.</summary>
    private const double Resolved = 3;

    /// <summary>Why there is no exponent; null where there is one.</summary>
    public string? Obstacle => double.IsFinite(Exponent) ? null : "a value is not resolved from 0: take more --particles or --replicas";

    /// <summary>Fits an exponent.</summary>
    public static ConvergenceRate Of(string name, double expected, IReadOnlyList<RatePoint> points)
    {
        if (points.Any(point => !(Math.Abs(point.Value) > Resolved * point.StandardError)))
            return new ConvergenceRate(name, expected, double.NaN, double.NaN, points);
        var rows = points.Select(point => Math.Abs(point.Value) / point.StandardError).ToArray();
        var design = Matrix<double>.Build.Dense(points.Count, 2, (i, j) => rows[i] * (j == 0 ? 1 : Math.Log(points[i].At)));
        var right = Vector<double>.Build.Dense(points.Count, i => rows[i] * Math.Log(Math.Abs(points[i].Value)));
        var inverse = design.TransposeThisAndMultiply(design).Inverse();
        var fitted = inverse * design.TransposeThisAndMultiply(right);
        return new ConvergenceRate(name, expected, fitted[1], Math.Sqrt(inverse[1, 1]), points);
    }
}

using MathNet.Numerics.LinearAlgebra;
using MeanField.Engine.Bridges;

namespace MeanField.Engine.Tests.Bridges;

/// <summary>Laws of a seed that tests share.</summary>
internal static class RandomLaws
{
    /// <summary>A normal law with correlated coordinates.</summary>
    public static GaussianLaw Normal(int dimension, int seed)
    {
        var random = new Random(seed);
        var factor = Matrix<double>.Build.Dense(
            dimension,
            dimension,
            (i, j) =>
                i == j ? 0.5 + random.NextDouble()
                : j < i ? (random.NextDouble() - 0.5) / Math.Sqrt(dimension)
                : 0
        );
        return new GaussianLaw(Vector<double>.Build.Dense(dimension, _ => 2 * random.NextDouble() - 1), factor);
    }

    /// <summary>Points uniform on a cube from <paramref name="low"/>, of side 1, with weights from 1 to 3 before they are divided by their sum.</summary>
    public static PointLaw Points(int count, int dimension, int seed, double low = 0)
    {
        var random = new Random(seed);
        double[] points = [.. Enumerable.Range(0, count * dimension).Select(_ => low + random.NextDouble())];
        double[] weights = [.. Enumerable.Range(0, count).Select(_ => 1 + 2 * random.NextDouble())];
        return new PointLaw(dimension, points, [.. weights.Select(weight => weight / weights.Sum())], PointKind.Exact, null);
    }
}

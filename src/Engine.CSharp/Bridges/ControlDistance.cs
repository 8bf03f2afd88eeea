using System.Numerics.Tensors;

namespace MeanField.Engine.Bridges;

/// <summary>How far two controls are apart.</summary>
internal static class ControlDistance
{
    /// <summary>The largest distance of two controls at a time and some points (row-major).</summary>
    public static double Of(IControl one, IControl other, double time, ReadOnlySpan<double> points)
    {
        var (first, second, logs) = (new double[points.Length], new double[points.Length], new double[points.Length / one.Dimension]);
        one.At(time, points, first, logs);
        other.At(time, points, second, logs);
        return Of(first, second, one.Dimension);
    }

    /// <summary>The largest Euclidean distance at any point; infinite where one is no number.</summary>
    public static double Of(ReadOnlySpan<double> one, ReadOnlySpan<double> other, int dimension)
    {
        var largest = 0.0;
        for (var first = 0; first < one.Length; first += dimension)
        {
            var distance = TensorPrimitives.Distance(one.Slice(first, dimension), other.Slice(first, dimension));
            largest = double.IsNaN(distance) ? double.PositiveInfinity : Math.Max(largest, distance);
        }
        return largest;
    }
}

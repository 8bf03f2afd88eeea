using System.Numerics.Tensors;

namespace MeanField.Engine.Bridges;

/// <summary>How far two controls are apart.</summary>
internal static class ControlDistance
{
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

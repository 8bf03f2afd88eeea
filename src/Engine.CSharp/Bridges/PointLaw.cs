namespace MeanField.Engine.Bridges;

/// <summary>How points stand for a law.</summary>
public enum PointKind
{
    /// <summary>They are the law.</summary>
    Exact,

    /// <summary>Nodes of an integration rule.</summary>
    Nodes,

    /// <summary>Independent draws, equally weighted.</summary>
    Sampled,
}

/// <summary>A law on R^d as points with positive weights.</summary>
/// <param name="Dimension">d.</param>
/// <param name="Points">n x d, row-major.</param>
/// <param name="Weights">n positive numbers of sum 1.</param>
/// <param name="Kind">What the points are to the law.</param>
/// <param name="LogDensities">log of the law's density at the points; null where it has none that is known.</param>
public sealed record PointLaw(int Dimension, double[] Points, double[] Weights, PointKind Kind, double[]? LogDensities)
{
    /// <summary>n.</summary>
    public int Count => Weights.Length;

    /// <summary>The mean, d numbers.</summary>
    public double[] Mean()
    {
        var mean = new double[Dimension];
        for (var k = 0; k < Count; k++)
        for (var i = 0; i < Dimension; i++)
            mean[i] += Weights[k] * Points[k * Dimension + i];
        return mean;
    }

    /// <summary>E |x - centre|^2.</summary>
    public double SecondMoment(double[] centre)
    {
        var sum = 0.0;
        for (var k = 0; k < Count; k++)
        for (var i = 0; i < Dimension; i++)
            sum += Weights[k] * Square(Points[k * Dimension + i] - centre[i]);
        return sum;
    }

    /// <summary>The law of x - centre.</summary>
    public PointLaw Centred(double[] centre) => this with { Points = [.. Points.Select((x, k) => x - centre[k % Dimension])] };

    /// <summary>E of one number a point.</summary>
    internal double Expectation(double[] values) => System.Numerics.Tensors.TensorPrimitives.Dot<double>(Weights, values);

    private static double Square(double x) => x * x;
}

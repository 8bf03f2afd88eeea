using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Bridges;

/// <summary>A mixture of normal laws; one part makes a normal law.</summary>
/// <param name="Weights">Positive, of sum 1.</param>
/// <param name="Parts">As many laws on the same R^d.</param>
internal sealed record GaussianMixture(double[] Weights, GaussianLaw[] Parts)
{
    // Steps of draws that bridges of paths, counted from 0, never reach.
    private const uint DrawOfPart = uint.MaxValue;
    private const uint DrawOfPoint = uint.MaxValue - 1;

    /// <summary>d.</summary>
    public int Dimension => Parts[0].Dimension;

    /// <summary>The least standard deviation of a part in any direction.</summary>
    public double LeastScale => Parts.Min(part => Math.Sqrt(Scales(part.Covariance).Min()));

    /// <summary>The largest standard deviation of the mixture in any direction.</summary>
    public double LargestScale => Math.Sqrt(Scales(Covariance()).Max());

    /// <summary>The log of the density at a point.</summary>
    public double LogDensity(ReadOnlySpan<double> point)
    {
        var terms = new double[Parts.Length];
        for (var k = 0; k < terms.Length; k++)
            terms[k] = Math.Log(Weights[k]) + Parts[k].LogDensity(point);
        var largest = terms.Max();
        return largest + Math.Log(terms.Sum(term => Math.Exp(term - largest)));
    }

    /// <summary>Independent draws; <paramref name="replica"/> tells two laws of one seed apart.</summary>
    public PointLaw Draws(int count, ulong seed, uint replica)
    {
        var parts = new CounterNumbers(seed, NoiseStream.Bridge, replica, DrawOfPart);
        var numbers = new CounterNumbers(seed, NoiseStream.Bridge, replica, DrawOfPoint);
        var (points, normals, uniform) = (new double[checked(count * Dimension)], new double[Dimension], new double[1]);
        for (var k = 0; k < count; k++)
        {
            parts.MoveTo((uint)k);
            parts.Uniforms(uniform);
            numbers.MoveTo((uint)k);
            numbers.Normals(normals);
            Parts[PartAt(uniform[0])].Map(normals, points.AsSpan(k * Dimension, Dimension));
        }
        return Law(points, SampledRule.EqualWeights(count), PointKind.Sampled);
    }

    /// <summary>The mixture at points, with the log of its density there.</summary>
    public PointLaw Law(double[] points, double[] weights, PointKind kind)
    {
        var densities = new double[weights.Length];
        for (var k = 0; k < densities.Length; k++)
            densities[k] = LogDensity(points.AsSpan(k * Dimension, Dimension));
        return new PointLaw(Dimension, points, weights, kind, densities);
    }

    private int PartAt(double uniform)
    {
        var part = 0;
        for (var sum = Weights[0]; part < Parts.Length - 1 && uniform > sum; sum += Weights[part])
            part++;
        return part;
    }

    private Matrix<double> Covariance()
    {
        var mean = Parts.Zip(Weights, (part, weight) => weight * part.Mean).Aggregate((sum, term) => sum + term);
        return Parts
            .Zip(Weights, (part, weight) => weight * (part.Covariance + (part.Mean - mean).OuterProduct(part.Mean - mean)))
            .Aggregate((sum, term) => sum + term);
    }

    private static IEnumerable<double> Scales(Matrix<double> covariance) =>
        covariance.Evd(Symmetricity.Symmetric).EigenValues.Select(value => value.Real);
}

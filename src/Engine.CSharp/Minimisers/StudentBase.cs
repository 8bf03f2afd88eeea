using System.Numerics.Tensors;
using MathNet.Numerics;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// Where annealing begins: Student's law of the scale of the prior. Its tails keep importance weights small where the law that is sought is wider
/// than the prior, which would have almost no particles there.
/// </summary>
internal sealed class StudentBase(int dimension, double tau)
{
    /// <summary>Degrees of freedom: few enough for heavy tails, so many that most particles are near the prior.</summary>
    private const int Freedom = 3;

    private readonly double constant =
        SpecialFunctions.GammaLn((Freedom + dimension) / 2.0)
        - SpecialFunctions.GammaLn(Freedom / 2.0)
        - dimension / 2.0 * Math.Log(Freedom * Math.PI * tau);

    /// <summary>The log density at a point of squared length |w|^2.</summary>
    public double LogDensity(double square) => constant - (Freedom + dimension) / 2.0 * Math.Log(1 + square / (Freedom * tau));

    /// <summary>The log density of the prior N(0, tau I) there.</summary>
    public double LogPrior(double square) => -square / (2 * tau) - dimension / 2.0 * Math.Log(2 * Math.PI * tau);

    /// <summary>Independent draws, M x d row-major: normal ones, each divided by a length.</summary>
    public double[] Draw(int count, ulong seed, uint replica)
    {
        var numbers = new CounterNumbers(seed, NoiseStream.Sampler, replica, 0);
        var (rows, normals) = (new double[checked(count * dimension)], new double[dimension + Freedom]);
        for (var k = 0; k < count; k++)
        {
            numbers.MoveTo((uint)k);
            numbers.Normals(normals);
            var scale = Math.Sqrt(tau * Freedom / TensorPrimitives.SumOfSquares<double>(normals.AsSpan(dimension)));
            for (var i = 0; i < dimension; i++)
                rows[k * dimension + i] = scale * normals[i];
        }
        return rows;
    }
}

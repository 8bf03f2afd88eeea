using System.Numerics.Tensors;

namespace MeanField.Engine.Runs;

/// <summary>log E exp(s phi) from independent draws of phi.</summary>
internal sealed class ExponentialMoment(double[] draws)
{
    private readonly double[] weights = new double[draws.Length];

    /// <summary>log of the mean of exp(s phi).</summary>
    public double Log(double factor)
    {
        var largest = factor * TensorPrimitives.Max<double>(draws);
        Weigh(factor, largest);
        return largest + Math.Log(TensorPrimitives.Sum<double>(weights) / draws.Length);
    }

    /// <summary>The same, raised by half the relative variance of the mean: the logarithm of a mean is too low by that, so that what
    /// subtracts it would be no lower bound.</summary>
    public double LogAbove(double factor) => Log(factor) + (1 / EffectiveDraws(factor) - 1.0 / draws.Length) / 2;

    /// <summary>(SUM e)^2/SUM e^2: how many draws carry the mean.</summary>
    public double EffectiveDraws(double factor)
    {
        Weigh(factor, factor * TensorPrimitives.Max<double>(draws));
        var sum = TensorPrimitives.Sum<double>(weights);
        return sum * sum / TensorPrimitives.SumOfSquares<double>(weights);
    }

    private void Weigh(double factor, double largest)
    {
        for (var k = 0; k < draws.Length; k++)
            weights[k] = Math.Exp(factor * draws[k] - largest);
    }
}

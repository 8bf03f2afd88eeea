using System.Numerics.Tensors;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Runs;

/// <summary>log E exp(s phi) from independent draws of phi; sums in the order of the draws, so that no processor gives other bits.</summary>
internal sealed class ExponentialMoment(double[] draws)
{
    private readonly double[] weights = new double[draws.Length];

    /// <summary>log of the mean of exp(s phi).</summary>
    public double Log(double factor)
    {
        var largest = factor * TensorPrimitives.Max<double>(draws);
        Weigh(factor, largest);
        return largest + ElementaryFunctions.Evaluate("log", Sums().Sum / draws.Length);
    }

    /// <summary>The same, raised by half the relative variance of the mean: the logarithm of a mean is too low by that, so that what
    /// subtracts it would be no lower bound.</summary>
    /// <returns>It, and (SUM e)^2/SUM e^2: how many draws carry the mean.</returns>
    public (double Log, double EffectiveDraws) Above(double factor)
    {
        var log = Log(factor);
        var (sum, squares) = Sums();
        var effective = sum * sum / squares;
        return (log + (1 / effective - 1.0 / draws.Length) / 2, effective);
    }

    /// <summary>The mean and the variance of phi under the weights exp(s phi): the first two derivatives of the logarithm by s.</summary>
    public (double Mean, double Variance) Tilted(double factor)
    {
        Weigh(factor, factor * TensorPrimitives.Max<double>(draws));
        var (sum, first, second) = (Sums().Sum, 0.0, 0.0);
        for (var k = 0; k < draws.Length; k++)
            first += weights[k] * draws[k];
        var mean = first / sum;
        for (var k = 0; k < draws.Length; k++)
            second += weights[k] * (draws[k] - mean) * (draws[k] - mean);
        return (mean, second / sum);
    }

    private (double Sum, double Squares) Sums()
    {
        var (sum, squares) = (0.0, 0.0);
        foreach (var weight in weights)
            (sum, squares) = (sum + weight, squares + weight * weight);
        return (sum, squares);
    }

    private void Weigh(double factor, double largest)
    {
        for (var k = 0; k < draws.Length; k++)
            weights[k] = ElementaryFunctions.Evaluate("exp", factor * draws[k] - largest);
    }
}

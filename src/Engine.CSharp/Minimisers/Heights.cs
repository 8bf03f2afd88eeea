using System.Numerics.Tensors;

namespace MeanField.Engine.Minimisers;

/// <summary>Log densities at M particles: L = H + log gamma - log q, and log q of the base.</summary>
internal sealed class Heights(int count)
{
    public double[] LogRatios { get; } = new double[count];

    public double[] LogBases { get; } = new double[count];

    /// <summary>Makes L of H at a particle. Where H is no number it counts as minus infinity: nothing goes there.</summary>
    public void Measure(int k, ReadOnlySpan<double> particle, StudentBase origin)
    {
        var square = TensorPrimitives.SumOfSquares(particle);
        LogBases[k] = origin.LogDensity(square);
        var ratio = LogRatios[k] + origin.LogPrior(square) - LogBases[k];
        LogRatios[k] = double.IsNaN(ratio) ? double.NegativeInfinity : ratio;
    }

    /// <summary>The log density at a temperature: at 0 that of the base, also where L is -infinity.</summary>
    public double LogDensity(int k, double lambda) => lambda > 0 ? LogBases[k] + lambda * LogRatios[k] : LogBases[k];

    /// <summary>Copies what another has of one particle.</summary>
    public void Take(int k, Heights other, int source) => (LogRatios[k], LogBases[k]) = (other.LogRatios[source], other.LogBases[source]);
}

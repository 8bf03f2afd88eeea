using MeanField.Core;

namespace MeanField.Engine.Integrators;

/// <summary>A dynamics dW = u dt + s dB on a grid of equal steps: what a scheme needs to know beside the drift u.</summary>
/// <param name="Step">eta, the time of a step.</param>
/// <param name="Diffusion">s: 1 for controlled dynamics, sqrt(2 c) for Langevin's, 0 for the noiseless flow.</param>
/// <param name="Restoring">r of the part -r W of u, which the exponential scheme treats exactly.</param>
/// <param name="NoiseLevel">l: the noise of a step is the sum of 2^l increments of a finer grid.</param>
public sealed record Motion(double Step, double Diffusion, double Restoring, int NoiseLevel)
{
    /// <summary>Increments of the noise's grid in a step.</summary>
    public long Parts => 1L << NoiseLevel;

    /// <summary>The scheme of that name for this motion.</summary>
    public IScheme By(Scheme scheme) =>
        scheme switch
        {
            Scheme.Heun => new HeunScheme(Step, Diffusion * Math.Sqrt(Step / Parts)),
            Scheme.Exponential => new ExponentialScheme(Step, Diffusion, Restoring, Parts),
            _ => new EulerScheme(Step, Diffusion * Math.Sqrt(Step / Parts), Parts),
        };
}

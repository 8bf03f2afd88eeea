namespace MeanField.Engine.Minimisers;

/// <summary>What weighted points say of the law mu_alpha.</summary>
/// <param name="LogZ">log E_gamma exp(H); not finite where H is not.</param>
/// <param name="Moment">The moment at the n nodes; empty where T is linear.</param>
/// <param name="Covariance">Covariance of the moment's integrand between nodes, n x n row-major; null where not asked for.</param>
/// <param name="Tilt">E[H].</param>
/// <param name="EffectiveSampleFraction">(SUM p)^2/(M SUM p^2) for the weights p of the points under mu_alpha.</param>
internal sealed record TiltedSums(double LogZ, double[] Moment, double[]? Covariance, double Tilt, double EffectiveSampleFraction)
{
    /// <summary>D(mu_alpha || gamma).</summary>
    public double Divergence => Tilt - LogZ;
}

/// <summary>Mean and covariance (d x d) of all components of the neuron under mu_alpha.</summary>
public sealed record NeuronLaw(double[] Mean, double[][] Covariance);

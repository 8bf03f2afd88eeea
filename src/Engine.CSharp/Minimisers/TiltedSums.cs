using MathNet.Numerics.LinearAlgebra;

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

    /// <summary>Independent sums of equally many points as one: partition functions are averaged, means weigh by them. Covariances are left out.</summary>
    public static TiltedSums Pooled(IReadOnlyList<TiltedSums> all)
    {
        double[] logZ = [.. all.Select(one => one.LogZ)];
        var shares = LogSums.Shares(logZ);
        return new TiltedSums(
            LogSums.Mean(logZ),
            [.. Enumerable.Range(0, all[0].Moment.Length).Select(j => Mean(one => one.Moment[j]))],
            null,
            Mean(one => one.Tilt),
            1 / (all.Count * all.Zip(shares, (one, share) => share * share / one.EffectiveSampleFraction).Sum())
        );

        double Mean(Func<TiltedSums, double> part) => all.Zip(shares, (one, share) => share * part(one)).Sum();
    }
}

/// <summary>Mean and covariance (d x d) of all components of the neuron under mu_alpha.</summary>
public sealed record NeuronLaw(double[] Mean, double[][] Covariance)
{
    /// <summary>The variances along the axes of the law, the eigenvalues of the covariance. O(d^3).</summary>
    internal IEnumerable<double> PrincipalVariances =>
        Matrix<double>.Build.DenseOfRowArrays(Covariance).Evd(Symmetricity.Symmetric).EigenValues.Select(variance => variance.Real);
}

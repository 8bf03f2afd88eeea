using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Laziness;

/// <summary>A lower bound of W2 by means and covariances [gelbrich1990].</summary>
internal static class Gelbrich
{
    /// <summary>sqrt(|m|^2 + SUM (sqrt(lambda_i) - sqrt(tau))^2), lambda_i the variances of the law along its axes: the distance from N(0, tau I).</summary>
    public static double FromPrior(NeuronLaw law, double tau)
    {
        var spread = law.PrincipalVariances.Sum(variance => Math.Pow(Math.Sqrt(Math.Max(0, variance)) - Math.Sqrt(tau), 2));
        return Math.Sqrt(law.Mean.Sum(mean => mean * mean) + spread);
    }
}

using MeanField.Engine.Elementary;

namespace MeanField.Engine.Runs;

/// <summary>
/// An upper bound of D(mu || N(0, tau I)) for the law mu of one particle: the divergence of (1/N) SUM N(m_i, v I), the law after the last step
/// given the particles before it, of which mu is the mean. The divergence is convex (theory.md, section 5).
/// </summary>
/// <param name="variance">v, what the last step's noise adds.</param>
/// <param name="tau">The prior's variance.</param>
internal sealed class LastStepMixture(double variance, double tau)
{
    /// <summary>Particles at which the densities are compared, at most: each costs N d.</summary>
    private const int Points = 1024;

    /// <summary>The bound from N x d particles and their means before the last noise: the mean of log(mixture/prior) at the particles, each a
    /// draw of its own component.</summary>
    public double Bound(double[] particles, double[] means, int dimension)
    {
        var count = particles.Length / dimension;
        var points = Math.Min(count, Points);
        var sum = 0.0;
        for (var k = 0; k < points; k++)
        {
            var particle = (int)((long)k * count / points);
            sum += LogRatio(particles.AsSpan(particle * dimension, dimension), means);
        }
        return sum / points;
    }

    /// <summary>log of the mixture's density over the prior's: the powers of 2 pi cancel.</summary>
    private double LogRatio(ReadOnlySpan<double> point, double[] means)
    {
        var exponents = new double[means.Length / point.Length];
        for (var i = 0; i < exponents.Length; i++)
            exponents[i] = -SquareDistance(point, means.AsSpan(i * point.Length, point.Length)) / (2 * variance);
        var moment = new ExponentialMoment(exponents).Log(1);
        return moment
            - point.Length / 2.0 * ElementaryFunctions.Evaluate("log", variance / tau)
            + SquareDistance(point, new double[point.Length]) / (2 * tau);
    }

    /// <summary>|point - centre|^2, component after component.</summary>
    private static double SquareDistance(ReadOnlySpan<double> point, ReadOnlySpan<double> centre)
    {
        var sum = 0.0;
        for (var k = 0; k < point.Length; k++)
        {
            var difference = point[k] - centre[k];
            sum += difference * difference;
        }
        return sum;
    }
}

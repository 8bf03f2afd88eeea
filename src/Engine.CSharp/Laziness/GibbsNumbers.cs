using MeanField.Engine.Collectives;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Laziness;

/// <summary>What one set of points says of mu* and gamma at the nodes; every number is linear in the law that it is of.</summary>
/// <param name="Output">fhat(mu*).</param>
/// <param name="OutputOfPrior">fhat(gamma).</param>
/// <param name="FirstOrder">beta Cov_gamma(sigma) alpha*: what fhat(mu*) - fhat(gamma) is to first order in beta (theory.md section 6).</param>
/// <param name="Spread">INT ||sigma||^2 dmu* - ||fhat*||^2: N E||fhat_N - fhat*||^2 of independent neurons.</param>
/// <param name="Kernel">The tangent kernel of mu*, n x n; empty where it was not asked for.</param>
/// <param name="KernelOfPrior">That of gamma.</param>
internal sealed record GibbsNumbers(
    double[] Output,
    double[] OutputOfPrior,
    double[] FirstOrder,
    double Spread,
    double[] Kernel,
    double[] KernelOfPrior
)
{
    /// <summary>By points for mu* and points for gamma.</summary>
    public static GibbsNumbers Of(
        MinimiserProblem problem,
        double[] alpha,
        IntegrationPoints points,
        IntegrationPoints ofPrior,
        TangentKernel? tangent,
        Team team,
        CancellationToken cancel
    )
    {
        var prior = new double[alpha.Length];
        double[] Kernel(double[] tilt, IntegrationPoints at) =>
            tangent?.Under(WeightedNeurons.Of(problem, tilt, at, team), team, cancel) ?? [];
        using var own = new TiltedLaw(problem, points, team, cancel);
        using var other = new TiltedLaw(problem, ofPrior, team, cancel);
        var (sums, sumsOfPrior) = (own.At(alpha, false), other.At(prior, false));
        double[] weighed = [.. alpha.Zip(problem.Weights, (value, weight) => value * weight)];
        var inverse = problem.Programs.InverseTemperature;
        return new GibbsNumbers(
            sums.Moment,
            sumsOfPrior.Moment,
            [.. other.CovarianceTimes(weighed, prior, sumsOfPrior).Select(value => inverse * value)],
            SpreadOf(problem, own, alpha),
            Kernel(alpha, points),
            Kernel(prior, ofPrior)
        );
    }

    /// <summary>The mean of independent sets.</summary>
    public static GibbsNumbers Mean(IReadOnlyList<GibbsNumbers> all) =>
        new(
            Mean(all, one => one.Output),
            Mean(all, one => one.OutputOfPrior),
            Mean(all, one => one.FirstOrder),
            all.Average(one => one.Spread),
            Mean(all, one => one.Kernel),
            Mean(all, one => one.KernelOfPrior)
        );

    private static double[] Mean(IReadOnlyList<GibbsNumbers> all, Func<GibbsNumbers, double[]> of) =>
        NodeFunctions.Mean([.. all.Select(of)]);

    /// <summary>Larger matrices of second moments are not kept.</summary>
    private const int MostNodes = 2048;

    private static double SpreadOf(MinimiserProblem problem, TiltedLaw law, double[] alpha)
    {
        var n = problem.Nodes;
        if (n > MostNodes)
            return double.NaN;
        var covariance = law.At(alpha, true).Covariance!;
        return problem.Weights.Select((weight, j) => weight * covariance[j * n + j]).Sum();
    }
}

using MathNet.Numerics.RootFinding;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// The ratio of two partition functions from M particles of either law by Bennett's acceptance ratio [bennett1976]. Where one law has few particles, the
/// other has many: it errs far less than the mean weight of the first alone.
/// </summary>
internal static class BennettRatio
{
    private const double Accuracy = 1e-10;
    private const int MaximalSteps = 200;

    /// <summary>log of the integral of exp(power L) q over that of q; the logarithm of the mean weight where that is not finite.</summary>
    /// <param name="before">L at M particles of the density q.</param>
    /// <param name="after">L at M particles of the density exp(power L) q.</param>
    /// <param name="power">The factor of L.</param>
    public static double Log(double[] before, double[] after, double power)
    {
        var mean = LogSums.Mean(before, power);
        if (!double.IsFinite(mean))
            return mean;
        var (low, high) = (mean, mean);
        for (var step = 1.0; Excess(low) < 0; step *= 2)
            low -= step;
        for (var step = 1.0; Excess(high) > 0; step *= 2)
            high += step;
        return low < high && Brent.TryFindRoot(Excess, low, high, Accuracy, MaximalSteps, out var ratio) ? ratio : mean;

        // Falls in c, from the share of finite L before to -1.
        double Excess(double c) => before.Sum(l => Fermi(c - power * l)) - after.Sum(l => Fermi(power * l - c));
    }

    private static double Fermi(double x) => 1 / (1 + Math.Exp(x));
}

namespace MeanField.Engine.Minimisers;

/// <summary>The shape k of the generalised Pareto law that the largest weights of a sample follow: their moments of order below 1/k exist [vehtari2024].</summary>
internal static class ParetoTail
{
    /// <summary>Above it means of weights converge too slowly for their standard errors to be believed [vehtari2024].</summary>
    public const double LargestShape = 0.7;

    private const int FewestPoints = 10;

    /// <summary>k by the estimator of [zhang2009], drawn to 1/2 as by ten points more; 0 where the largest weights are equal.</summary>
    public static double Shape(ReadOnlySpan<double> logWeights)
    {
        var count = (int)Math.Min(0.2 * logWeights.Length, 3 * Math.Sqrt(logWeights.Length));
        double[] sorted = [.. logWeights];
        Array.Sort(sorted);
        var (top, threshold) = (sorted[^1], Math.Exp(sorted[^(count + 1)] - sorted[^1]));
        double[] excesses = [.. sorted[^count..].Select(weight => Math.Exp(weight - top) - threshold)];
        // Weights that differ by rounding alone have no tail.
        if (count < FewestPoints || !(excesses[^1] > 1e-9))
            return 0;
        return (count * Fitted(excesses) + 10 * 0.5) / (count + 10);
    }

    /// <summary>The posterior mean of the scale under a weak prior gives k.</summary>
    private static double Fitted(double[] excesses)
    {
        var count = excesses.Length;
        var quartile = Math.Max(excesses[(int)(count / 4.0 + 0.5) - 1], 1e-12 * excesses[^1]);
        var candidates = new double[30 + (int)Math.Sqrt(count)];
        for (var j = 0; j < candidates.Length; j++)
            candidates[j] = 1 / excesses[^1] + (1 - Math.Sqrt(candidates.Length / (j + 0.5))) / (3 * quartile);
        double[] logs = [.. candidates.Select(b => LogLikelihood(b, excesses))];
        var top = logs.Max();
        double[] weights = [.. logs.Select(log => Math.Exp(log - top))];
        return At(candidates.Zip(weights, (b, weight) => b * weight).Sum() / weights.Sum(), excesses);
    }

    private static double LogLikelihood(double b, double[] excesses)
    {
        var k = At(b, excesses);
        return excesses.Length * (Math.Log(-b / k) - k - 1);
    }

    private static double At(double b, double[] excesses) => excesses.Average(x => Math.Log(1 - b * x));
}

namespace MeanField.Engine.Minimisers;

/// <summary>Systematic resampling: each of M particles is copied M times its share, rounded up or down.</summary>
internal static class SystematicResampling
{
    /// <summary>Of which particle each new one is a copy, by weights (not all 0) and a uniform number.</summary>
    public static int[] Sources(double[] weights, double uniform)
    {
        // By rounding the last threshold may pass the sum of all weights: particles of weight 0 are copied never.
        var (share, sum, source, last) = (
            weights.Sum() / weights.Length,
            weights[0],
            0,
            Array.FindLastIndex(weights, weight => weight > 0)
        );
        var sources = new int[weights.Length];
        for (var k = 0; k < sources.Length; k++)
        {
            while (sum < (k + uniform) * share && source < last)
                sum += weights[++source];
            sources[k] = source;
        }
        return sources;
    }
}

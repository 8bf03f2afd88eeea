using MathNet.Numerics.Distributions;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// Functions of the mean of R independent replicates, with the bias of order 1/R taken away and standard errors [quenouille1956, tukey1958].
/// </summary>
internal static class Jackknife
{
    /// <summary>Of each function its debiased value and standard error.</summary>
    /// <param name="count">R, at least 2.</param>
    /// <param name="at">The functions without the replicate of a number; -1 for all of them.</param>
    public static (double[] Values, double[] Errors) Of(int count, Func<int, double[]> at)
    {
        var whole = at(-1);
        var without = Enumerable.Range(0, count).Select(at).ToArray();
        var values = new double[whole.Length];
        var errors = new double[whole.Length];
        for (var k = 0; k < whole.Length; k++)
        {
            var mean = without.Average(one => one[k]);
            var squares = without.Sum(one => (one[k] - mean) * (one[k] - mean));
            values[k] = count * whole[k] - (count - 1) * mean;
            errors[k] = Math.Sqrt(squares * (count - 1) / count);
        }
        return (values, errors);
    }

    /// <summary>The half width of a two-sided interval in standard errors, Student's with R - 1 degrees of freedom.</summary>
    public static double Quantile(int count, double level) => StudentT.InvCDF(0, 1, count - 1, (1 + level) / 2);
}

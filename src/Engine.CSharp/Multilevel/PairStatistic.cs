using System.Numerics.Tensors;

namespace MeanField.Engine.Multilevel;

/// <summary>Rows of R independent replicas, with the sign and weight that their statistic has in a sum.</summary>
internal sealed record SignedRows(double Weight, IReadOnlyList<double[]> Rows);

/// <summary>
/// The squared norm of an expectation, ||E e||^2, from R independent rows e_r: the mean of e_r . e_s over r != s, which has no bias whatever R is, as
/// products of independent rows have the product of their means.
/// </summary>
internal static class PairStatistic
{
    /// <summary>The weighted sum of the statistics of sets of rows over the same replicas, at least 3, and its jackknife standard error. O(R n).</summary>
    public static (double Value, double Error) Of(params IReadOnlyList<SignedRows> sets)
    {
        var replicas = sets[0].Rows.Count;
        var without = new double[replicas];
        var value = 0.0;
        foreach (var (weight, rows) in sets)
            value += weight * Add(rows.Take(replicas).ToArray(), weight, without);
        var mean = without.Average();
        var spread = without.Sum(one => (one - mean) * (one - mean));
        return (value, Math.Sqrt((replicas - 1.0) / replicas * spread));
    }

    /// <summary>The statistic, its values without each replica added to <paramref name="without"/>.</summary>
    private static double Add(double[][] rows, double weight, double[] without)
    {
        var total = new double[rows[0].Length];
        foreach (var row in rows)
            TensorPrimitives.Add(total, row, total);
        var others = new double[total.Length];
        var products = new double[rows.Length];
        for (var r = 0; r < rows.Length; r++)
        {
            TensorPrimitives.Subtract<double>(total, rows[r], others);
            products[r] = TensorPrimitives.Dot<double>(rows[r], others);
        }
        double count = rows.Length;
        var sum = products.Sum();
        for (var r = 0; r < rows.Length; r++)
            without[r] += weight * (sum - 2 * products[r]) / ((count - 1) * (count - 2));
        return sum / (count * (count - 1));
    }
}

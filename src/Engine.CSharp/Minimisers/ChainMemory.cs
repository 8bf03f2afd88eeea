namespace MeanField.Engine.Minimisers;

/// <summary>
/// Where chains were, to say what they remember of it: correlations over chains between then and now. They are those of each component, of its size, of
/// H, and of lying below quantiles of each component [moins2023], which tell of a far mode that few chains are in.
/// </summary>
/// <param name="rows">M x d, copied.</param>
/// <param name="exponents">H, copied.</param>
internal sealed class ChainMemory(double[] rows, double[] exponents)
{
    private static readonly double[] levels = [1.0 / 16, 1.0 / 2, 15.0 / 16];

    private readonly double[] rows = [.. rows];
    private readonly double[] exponents = [.. exponents];

    /// <summary>The largest of the correlations; 1 where a component is the same for all chains.</summary>
    public double Correlation(double[] rowsNow, double[] exponentsNow)
    {
        var (count, d) = (exponents.Length, rows.Length / exponents.Length);
        var largest = Of(exponents, exponentsNow, value => value) ?? 0;
        var (then, now) = (new double[count], new double[count]);
        for (var i = 0; i < d; i++)
        {
            for (var k = 0; k < count; k++)
                (then[k], now[k]) = (rows[k * d + i], rowsNow[k * d + i]);
            largest = Math.Max(largest, Of(then, now, value => value) ?? 1);
            largest = Math.Max(largest, Of(then, now, Math.Abs) ?? 0);
            double[] sorted = [.. then.Order()];
            foreach (var level in levels)
            {
                var bound = sorted[(int)(level * count)];
                largest = Math.Max(largest, Of(then, now, value => value < bound ? 1 : 0) ?? 0);
            }
        }
        return largest;
    }

    /// <summary>The largest difference of a mean over chains then and now in standard deviations, of a component, its size or H.</summary>
    public double Contrast(double[] rowsNow, double[] exponentsNow)
    {
        var (count, d) = (exponents.Length, rows.Length / exponents.Length);
        var largest = Difference(exponents, exponentsNow);
        for (var i = 0; i < d; i++)
        {
            double[] then = [.. Enumerable.Range(0, count).Select(k => rows[k * d + i])];
            double[] now = [.. Enumerable.Range(0, count).Select(k => rowsNow[k * d + i])];
            largest = Math.Max(largest, Difference(then, now));
            largest = Math.Max(largest, Difference([.. then.Select(Math.Abs)], [.. now.Select(Math.Abs)]));
        }
        return largest;
    }

    private static double Difference(double[] then, double[] now)
    {
        var (one, other) = (then.Average(), now.Average());
        var variance =
            (then.Sum(value => (value - one) * (value - one)) + now.Sum(value => (value - other) * (value - other))) / (2 * then.Length);
        var difference = Math.Abs(one - other);
        return difference <= 1e-12 * Math.Max(Math.Abs(one), Math.Abs(other)) ? 0 : difference / Math.Sqrt(variance);
    }

    /// <summary>The correlation of a function of two columns; null where it does not vary.</summary>
    private static double? Of(double[] then, double[] now, Func<double, double> function)
    {
        var (count, first, second) = (then.Length, then.Average(function), now.Average(function));
        var (product, squares, others) = (0.0, 0.0, 0.0);
        for (var k = 0; k < count; k++)
        {
            var (one, other) = (function(then[k]) - first, function(now[k]) - second);
            (product, squares, others) = (product + one * other, squares + one * one, others + other * other);
        }
        var spread = Math.Sqrt(squares * others);
        return spread > 1e-12 * count * Math.Max(first * first, second * second) ? product / spread : null;
    }
}

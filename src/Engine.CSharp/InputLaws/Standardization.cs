using MeanField.Core;

namespace MeanField.Engine.InputLaws;

/// <summary>
/// How columns were brought to mean 0 and variance 1: z = (v - mean) / scale, and back, v = mean + scale z. The scale is the population
/// standard deviation, sqrt((1/n) SUM (v - mean)^2): the columns are the law, not a sample of it.
/// </summary>
/// <param name="Columns">Names of the columns.</param>
/// <param name="Means">One mean a column, in the column's unit.</param>
/// <param name="Scales">One positive scale a column, in the column's unit.</param>
public sealed record Standardization(IReadOnlyList<string> Columns, double[] Means, double[] Scales)
{
    /// <summary>Means and scales of n x columns values, row-major; two passes in row order.</summary>
    /// <exception cref="FaultException">A column is constant, or so large or so narrow that its variance is not a normal number.</exception>
    public static Standardization Of(IReadOnlyList<string> columns, double[] values, string file)
    {
        var (means, scales) = (new double[columns.Count], new double[columns.Count]);

        for (var column = 0; column < columns.Count; column++)
        {
            var (rows, offset) = (values.Length / columns.Count, column);
            var entries = Enumerable.Range(0, rows).Select(row => values[(row * columns.Count) + offset]).ToArray();
            means[column] = entries.Sum() / rows;
            scales[column] = Math.Sqrt(entries.Sum(entry => (entry - means[offset]) * (entry - means[offset])) / rows);
            CheckSpread(columns[column], entries, scales[column], file);
        }

        return new Standardization(columns, means, scales);
    }

    /// <summary>n x columns values, row-major, in standard units. The argument is left alone.</summary>
    public double[] Apply(double[] values) =>
        [.. values.Select((value, i) => (value - Means[i % Means.Length]) / Scales[i % Means.Length])];

    /// <summary>n x columns values, row-major, back in the columns' units. The argument is left alone.</summary>
    public double[] Undo(double[] values) => [.. values.Select((value, i) => Means[i % Means.Length] + (Scales[i % Means.Length] * value))];

    private static void CheckSpread(string column, double[] entries, double scale, string file)
    {
        // Rounding of the mean gives a constant column a tiny scale: compare the entries, not the scale with 0.
        var constant = entries.Max() == entries.Min();

        if (constant || !double.IsNormal(scale * scale))
        {
            throw new FaultException(
                FaultModule.invalid(
                    Location.OfFile(file),
                    constant
                        ? $"the same value in every row of column '{column}'"
                        : $"a variance of column '{column}' beyond the range of numbers",
                    "columns that vary, since standardize = true divides by the standard deviation",
                    "",
                    $"leave '{column}' out of inputs, or set standardize = false"
                )
            );
        }
    }
}

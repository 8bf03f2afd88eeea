using System.Globalization;

namespace MeanField.Cli;

/// <summary>N numbers from one end to the other, both included, at equal distances or (positive ones) at equal ratios.</summary>
internal sealed record NumberRange(double Low, double High, int Count, bool IsLogarithmic)
{
    private const int LargestCount = 1_000_000;

    /// <summary>Reads "A:B:N" or "A:B:Nlog"; <paramref name="where"/> is the option that a message names.</summary>
    public static NumberRange Read(string text, string where)
    {
        var isLogarithmic = text.EndsWith("log", StringComparison.Ordinal);
        var parts = (isLogarithmic ? text[..^3] : text).Split(':');
        if (parts is not [var first, var last, var number] || Number(first) is not { } low || Number(last) is not { } high)
            throw Wrong("A:B:N or A:B:Nlog: the ends and how many numbers, such as 1:100:20log");
        if (!int.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out var count) || count is 0 or > LargestCount)
            throw Wrong($"a whole number from 1 to {LargestCount} after the second colon");
        if (count == 1 ? low != high : low == high)
            throw Wrong("one number where the ends are equal, else two or more");
        return isLogarithmic && !(low > 0 && high > 0)
            ? throw Wrong("positive ends with log")
            : new NumberRange(low, high, count, isLogarithmic);

        Exception Wrong(string expected) => Usage.Invalid(where, $"'{text}'", expected, "", "see 'workbench solve --help'");
    }

    /// <summary>The numbers in order; the ends are exact.</summary>
    public double[] Values() => [.. Enumerable.Range(0, Count).Select(At)];

    private double At(int k)
    {
        if (k == 0)
            return Low;
        if (k == Count - 1)
            return High;
        var share = (double)k / (Count - 1);
        return IsLogarithmic ? Low * Math.Pow(High / Low, share) : Low + share * (High - Low);
    }

    private static double? Number(string text) =>
        double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var number) && double.IsFinite(number) ? number : null;
}

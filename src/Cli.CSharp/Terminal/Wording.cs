using System.Globalization;

namespace MeanField.Cli.Terminal;

/// <summary>How numbers, rates and durations are written for people.</summary>
internal static class Wording
{
    private static readonly (double Size, string Prefix)[] Prefixes = [(1e12, "T"), (1e9, "G"), (1e6, "M"), (1e3, "k"), (1, "")];

    // Beyond this many decimals leading zeros hide the number.
    private const int MostDecimals = 9;

    /// <summary>A rate with three digits and a decimal prefix: "945 Mpairs/s".</summary>
    public static string Rate(double perSecond, string unit)
    {
        var (size, prefix) = Prefixes.FirstOrDefault(row => perSecond >= row.Size, Prefixes[^1]);
        var scaled = perSecond / size;
        return $"{Invariant(scaled, scaled < 10 ? "F2" : scaled < 100 ? "F1" : "F0")} {prefix}{unit}/s";
    }

    /// <summary>A duration in its two largest units: "5 s", "2 min 5 s", "3 h 20 min".</summary>
    public static string Duration(TimeSpan time)
    {
        var seconds = (long)Math.Ceiling(time.TotalSeconds);
        return seconds switch
        {
            < 60 => $"{seconds} s",
            < 3600 => $"{seconds / 60} min {seconds % 60} s",
            _ => $"{seconds / 3600} h {seconds % 3600 / 60} min",
        };
    }

    /// <summary>
    /// A value and its standard error, the error with two significant digits and the value to the same decimal place.
    /// Without an error the value has eight significant digits and the error is empty.
    /// </summary>
    public static (string Value, string Error) Measured(double value, double? error)
    {
        if (error is not > 0 || !double.IsFinite(error.Value))
            return (Invariant(value, "G8"), error is 0 ? "0" : "");
        var decimals = 1 - (int)Math.Floor(Math.Log10(error.Value));
        return decimals is >= -MostDecimals and <= MostDecimals
            ? (Invariant(value, $"F{Math.Max(decimals, 0)}"), Invariant(error.Value, $"F{Math.Max(decimals, 0)}"))
            : (Scientific(value, decimals), Scientific(error.Value, decimals));
    }

    /// <summary>The same in short: "0.02354(26)" for 0.02354 +- 0.00026.</summary>
    public static string Compact(double value, double? error)
    {
        var (number, spread) = Measured(value, error);
        return spread is "" or "0" ? number
            : spread.Contains('e', StringComparison.Ordinal) ? $"{number} ± {spread}"
            : $"{number}({spread.Replace(".", "", StringComparison.Ordinal).TrimStart('0')})";
    }

    // The digits after the point reach down to the given decimal place.
    private static string Scientific(double value, int decimals)
    {
        var exponent = value == 0 ? -decimals : (int)Math.Floor(Math.Log10(Math.Abs(value)));
        return Invariant(value, $"0.{new string('0', Math.Clamp(exponent + decimals, 0, 16))}e+0");
    }

    private static string Invariant(double value, string format) => value.ToString(format, CultureInfo.InvariantCulture);
}

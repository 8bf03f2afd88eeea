using System.Globalization;

namespace MeanField.Golden;

/// <summary>
/// A printed reference number and half a unit of its last printed digit: the largest distance from the true value
/// that the printed digits allow. A computed value that is right agrees within <see cref="HalfUnit"/> plus its own error.
/// </summary>
public sealed record GoldenNumber(double Value, double HalfUnit)
{
    /// <summary>Reads a plain decimal such as "-0.0562975219306"; the number of decimals printed sets the half unit.</summary>
    public static GoldenNumber Parse(string text)
    {
        var decimals = text.Length - 1 - (text.Contains('.') ? text.IndexOf('.') : text.Length - 1);
        return new(double.Parse(text, NumberStyles.Float, CultureInfo.InvariantCulture), 0.5 * Math.Pow(10, -decimals));
    }
}

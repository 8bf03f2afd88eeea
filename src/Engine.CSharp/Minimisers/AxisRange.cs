namespace MeanField.Engine.Minimisers;

/// <summary>The range of integration along an axis.</summary>
internal static class AxisRange
{
    /// <summary>A range that is shorter by less than this stays: to change it gains nothing.</summary>
    private const double WorthShortening = 0.8;

    /// <summary>A range that holds what an extent shows: wider by half where weight touches an end, else cut a margin beyond the weight.</summary>
    public static (double Low, double High) Fitted(double low, double high, AxisExtent extent, double margin)
    {
        var width = high - low;
        var fittedLow = extent.TouchesLow ? low - width / 2 : Math.Max(low, extent.Low - margin);
        var fittedHigh = extent.TouchesHigh ? high + width / 2 : Math.Min(high, extent.High + margin);
        var isFitted = !extent.TouchesLow && !extent.TouchesHigh && fittedHigh - fittedLow > WorthShortening * width;
        return isFitted ? (low, high) : (fittedLow, fittedHigh);
    }

    /// <summary>A range that holds another one with a margin.</summary>
    public static (double Low, double High) Holding(double low, double high, (double Low, double High) held, double margin) =>
        (Math.Min(low, held.Low - margin), Math.Max(high, held.High + margin));
}

using ScottPlot;

namespace MeanField.Report.Figures;

/// <summary>The colours of figures. Those of the layers are told apart by every kind of colour vision.</summary>
/// <remarks>Source: Okabe and Ito, Color Universal Design (2008).</remarks>
internal static class Palette
{
    public const string Paper = "#FFFFFF";
    public const string Ink = "#1B1F24";
    public const string Grid = "#D7DBE0";

    /// <summary>Of the layers, in their order.</summary>
    public static IReadOnlyList<string> Layers { get; } =
    ["#0072B2", "#D55E00", "#009E73", "#CC79A7", "#E69F00", "#56B4E9", "#7F6A00", "#5B5F66"];

    /// <summary>All of them, with the names by which a page sets them for its theme.</summary>
    public static IReadOnlyList<(string Color, string Name)> Named { get; } =
    [(Paper, "paper"), (Ink, "ink"), (Grid, "grid"), .. Layers.Select((color, index) => (color, $"layer-{index + 1}"))];

    /// <summary>The colour of a layer by its number; they begin again after the last.</summary>
    public static Color OfLayer(int number) => Of(Layers[number % Layers.Count]);

    public static Color Of(string color) => Color.FromHex(color);
}

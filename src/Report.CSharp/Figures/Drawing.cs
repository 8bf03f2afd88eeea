using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace MeanField.Report.Figures;

/// <summary>Draws a figure.</summary>
internal static class Drawing
{
    /// <summary>The first of these fonts that the system has; a page takes its own.</summary>
    private static readonly Lazy<string?> Sans = new(() =>
        new[] { "Noto Sans", "DejaVu Sans", "Liberation Sans", "Arial", "Helvetica" }.FirstOrDefault(
            SKFontManager.Default.FontFamilies.Contains
        )
    );

    /// <summary>The figure as a document of vectors, in its own colours.</summary>
    public static string Svg(Figure figure, int width, int height) => Plot(figure).GetSvgXml(width, height);

    /// <summary>The figure as a picture of twice as many points, for print.</summary>
    public static byte[] Png(Figure figure, int width, int height)
    {
        var plot = Plot(figure);
        plot.ScaleFactor = 2;
        return plot.GetImageBytes(2 * width, 2 * height, ImageFormat.Png);
    }

    /// <summary>The figure as a page of its size.</summary>
    public static byte[] Pdf(Figure figure, int width, int height)
    {
        using var memory = new MemoryStream();
        using (var document = SKDocument.CreatePdf(memory))
        {
            Plot(figure).Render(document.BeginPage(width, height), new PixelRect(0, width, height, 0));
            document.EndPage();
        }
        return memory.ToArray();
    }

    private static Plot Plot(Figure figure)
    {
        var plot = new Plot();
        Dress(plot);
        // Bands and intervals have the colour of what is before them.
        var color = -1;
        foreach (var layer in figure.Layers)
            LayerDrawing.Add(plot, figure, layer, Palette.OfLayer(layer is Band or Spans && color >= 0 ? color : ++color));
        Scale(plot.Axes.Bottom, figure.X);
        Scale(plot.Axes.Left, figure.Y);
        plot.XLabel(figure.X.Label);
        plot.YLabel(figure.Y.Label);
        if (figure.Layers.Any(layer => layer.Label.Length > 0 && layer is not (Map or Cells)))
            plot.ShowLegend(Edge.Top);
        else
            plot.HideLegend();
        return plot;
    }

    private static void Dress(Plot plot)
    {
        if (Sans.Value is { } font)
            plot.Font.Set(font);
        plot.FigureBackground.Color = Palette.Of(Palette.Paper);
        plot.DataBackground.Color = Palette.Of(Palette.Paper);
        plot.Axes.Color(Palette.Of(Palette.Ink));
        plot.Grid.MajorLineColor = Palette.Of(Palette.Grid);
        plot.Legend.BackgroundColor = Palette.Of(Palette.Paper);
        plot.Legend.FontColor = Palette.Of(Palette.Ink);
        plot.Legend.OutlineColor = Palette.Of(Palette.Paper);
        plot.Legend.ShadowColor = Colors.Transparent;
        plot.Legend.Orientation = Orientation.Horizontal;
    }

    private static void Scale(IAxis axis, Axis as_)
    {
        if (as_.Names is { } names)
        {
            axis.TickGenerator = new NumericManual([.. Enumerable.Range(0, names.Count).Select(k => (double)k)], [.. names]);
            (axis.Min, axis.Max) = (-0.5, names.Count - 0.5);
        }
        if (!as_.IsLogarithmic)
            return;
        axis.TickGenerator = new NumericAutomatic
        {
            MinorTickGenerator = new LogMinorTickGenerator(),
            IntegerTicksOnly = true,
            LabelFormatter = power => FormattableString.Invariant($"{Math.Pow(10, power):G3}"),
        };
    }
}

using ScottPlot;
using ScottPlot.TickGenerators;
using SkiaSharp;

namespace MeanField.Report.Figures;

/// <summary>Draws a figure.</summary>
internal static class Drawing
{
    private const byte BandAlpha = 50;
    private const float LineWidth = 1.8f;

    private static readonly LinePattern[] Patterns = [LinePattern.Solid, LinePattern.Dashed, LinePattern.Dotted, LinePattern.DenselyDashed];

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
        // A band has the colour of the curve before it.
        var color = -1;
        foreach (var layer in figure.Layers)
            Add(plot, figure, layer, Palette.OfLayer(layer is Band && color >= 0 ? color : ++color));
        Scale(plot.Axes.Bottom, figure.X);
        Scale(plot.Axes.Left, figure.Y);
        plot.XLabel(figure.X.Label);
        plot.YLabel(figure.Y.Label);
        if (figure.Layers.Any(layer => layer.Label.Length > 0 && layer is not Map))
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

    private static void Add(Plot plot, Figure figure, Layer layer, Color color)
    {
        switch (layer)
        {
            case Curve curve:
                var (xs, ys) = Shown(figure, curve.X, curve.Y);
                Line(plot.Add.ScatterLine(xs, ys, color), curve);
                break;
            case Steps steps:
                var corners = Enumerable.Range(0, steps.Heights.Length);
                var line = plot.Add.ScatterLine(
                    corners.SelectMany(k => new[] { steps.Edges[k], steps.Edges[k + 1] }).ToArray(),
                    corners.SelectMany(k => new[] { steps.Heights[k], steps.Heights[k] }).ToArray(),
                    color
                );
                Line(line, steps);
                break;
            case Band band:
                var (lowX, low) = Shown(figure, band.X, band.Low);
                var (_, high) = Shown(figure, band.X, band.High);
                if (low.Length != high.Length)
                    break;
                var area = plot.Add.FillY(lowX, low, high);
                (area.FillColor, area.LineWidth, area.LegendText) = (color.WithAlpha(BandAlpha), 0, band.Label);
                break;
            case Marks marks:
                var (markX, markY) = Shown(figure, marks.X, marks.Y);
                var points = plot.Add.ScatterPoints(markX, markY, color);
                (points.LegendText, points.MarkerSize) = (marks.Label, 5);
                if (marks.Errors is { } errors && !figure.Y.IsLogarithmic && errors.Length == markY.Length)
                    plot.Add.ErrorBar(markX, markY, errors).Color = color;
                break;
            case Level level:
                AddLevel(plot, figure.Y, level, color);
                break;
            case Map map:
                AddMap(plot, map);
                break;
        }
    }

    private static void Line(ScottPlot.Plottables.Scatter line, Layer layer) =>
        (line.LegendText, line.LineWidth, line.LinePattern) = (layer.Label, LineWidth, Patterns[layer.Dash % Patterns.Length]);

    private static void AddLevel(Plot plot, Axis axis, Level level, Color color)
    {
        if (axis.IsLogarithmic && level.Low <= 0)
            return;
        var (low, high) = axis.IsLogarithmic ? (Math.Log10(level.Low), Math.Log10(level.High)) : (level.Low, level.High);
        if (high > low)
        {
            var span = plot.Add.VerticalSpan(low, high, color.WithAlpha(BandAlpha));
            span.LineStyle.Width = 0;
        }
        var line = plot.Add.HorizontalLine((low + high) / 2, 1, color, LinePattern.Dashed);
        line.LegendText = level.Label;
    }

    private static void AddMap(Plot plot, Map map)
    {
        // Rows of a bitmap go down.
        var (rows, columns) = (map.Values.Length, map.Values[0].Length);
        var values = new double[rows, columns];
        for (var row = 0; row < rows; row++)
        for (var column = 0; column < columns; column++)
            values[rows - 1 - row, column] = map.Values[row][column];
        var heat = plot.Add.Heatmap(values);
        heat.Colormap = new ScottPlot.Colormaps.Viridis();
        heat.Position = new CoordinateRect(map.X.Low, map.X.High, map.Y.Low, map.Y.High);
        var bar = plot.Add.ColorBar(heat);
        bar.Label = map.Label;
        (bar.LabelStyle.ForeColor, bar.Axis.TickLabelStyle.ForeColor) = (Palette.Of(Palette.Ink), Palette.Of(Palette.Ink));
    }

    /// <summary>What both axes can show, as they show it.</summary>
    private static (double[] X, double[] Y) Shown(Figure figure, double[] x, double[] y)
    {
        var shown = x.Zip(y, (a, b) => (X: On(figure.X, a), Y: On(figure.Y, b)))
            .Where(point => double.IsFinite(point.X) && double.IsFinite(point.Y))
            .ToArray();
        return ([.. shown.Select(point => point.X)], [.. shown.Select(point => point.Y)]);
    }

    private static double On(Axis axis, double value) => axis.IsLogarithmic ? Math.Log10(value) : value;

    private static void Scale(IAxis axis, Axis as_)
    {
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

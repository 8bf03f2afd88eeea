using ScottPlot;

namespace MeanField.Report.Figures;

/// <summary>Draws the layers of a figure.</summary>
internal static class LayerDrawing
{
    private const byte BandAlpha = 50;
    private const float LineWidth = 1.8f;

    private static readonly LinePattern[] Patterns = [LinePattern.Solid, LinePattern.Dashed, LinePattern.Dotted, LinePattern.DenselyDashed];

    /// <summary>Of the marks beside names, in their order: they differ without their colours, too.</summary>
    private static readonly MarkerShape[] Shapes = [MarkerShape.FilledCircle, MarkerShape.OpenSquare, MarkerShape.OpenDiamond];

    // Text is read over it in both themes.
    private const double StrongestCell = 0.5;

    public static void Add(Plot plot, Figure figure, Layer layer, Color color)
    {
        switch (layer)
        {
            case Curve curve:
                AddCurve(plot, figure, curve, color);
                break;
            case Steps steps:
                AddSteps(plot, steps, color);
                break;
            case Band band:
                AddBand(plot, figure, band, color);
                break;
            case Marks marks:
                AddMarks(plot, figure, marks, color);
                break;
            case Level level:
                AddLevel(plot, figure.Y, level, color);
                break;
            case Spans spans:
                AddSpans(plot, figure.X, spans, color);
                break;
            case Arrows arrows:
                AddArrows(plot, arrows, color);
                break;
            case Cells cells:
                AddCells(plot, cells, color);
                break;
            case Map map:
                AddMap(plot, map);
                break;
        }
    }

    private static void AddCurve(Plot plot, Figure figure, Curve curve, Color color)
    {
        var (xs, ys) = Shown(figure, curve.X, curve.Y);
        Line(plot.Add.ScatterLine(xs, ys, color), curve);
    }

    private static void AddSteps(Plot plot, Steps steps, Color color)
    {
        var corners = Enumerable.Range(0, steps.Heights.Length);
        var line = plot.Add.ScatterLine(
            corners.SelectMany(k => new[] { steps.Edges[k], steps.Edges[k + 1] }).ToArray(),
            corners.SelectMany(k => new[] { steps.Heights[k], steps.Heights[k] }).ToArray(),
            color
        );
        Line(line, steps);
    }

    private static void AddBand(Plot plot, Figure figure, Band band, Color color)
    {
        var (xs, low) = Shown(figure, band.X, band.Low);
        var (_, high) = Shown(figure, band.X, band.High);
        if (low.Length != high.Length)
            return;
        var area = plot.Add.FillY(xs, low, high);
        (area.FillColor, area.LineWidth, area.LegendText) = (color.WithAlpha(BandAlpha), 0, band.Label);
    }

    private static void AddMarks(Plot plot, Figure figure, Marks marks, Color color)
    {
        var (xs, ys) = Shown(figure, marks.X, marks.Y);
        var points = plot.Add.ScatterPoints(xs, ys, color);
        (points.LegendText, points.MarkerSize) = (marks.Label, 5);
        // Few marks have room for shapes of their own; outlines of hundreds would double the file.
        if (figure.Y.Names is not null)
            (points.MarkerSize, points.MarkerShape) = (8, Shapes[figure.Layers.OfType<Marks>().ToList().IndexOf(marks) % Shapes.Length]);
        if (marks.Errors is { } errors && !figure.Y.IsLogarithmic && errors.Length == ys.Length)
            plot.Add.ErrorBar(xs, ys, errors).Color = color;
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

    /// <summary>What reaches down to 0 or below has, on a logarithmic axis, no end within it: it is drawn down to a tenth.</summary>
    private static void AddSpans(Plot plot, Axis axis, Spans spans, Color color)
    {
        for (var k = 0; k < spans.Y.Length; k++)
        {
            var low = axis.IsLogarithmic ? Math.Max(spans.Low[k], spans.High[k] / 10) : spans.Low[k];
            var (from, to) = (On(axis, low), On(axis, spans.High[k]));
            if (double.IsFinite(from) && double.IsFinite(to))
                plot.Add.Line(from, spans.Y[k], to, spans.Y[k]).LineStyle = new LineStyle(LineWidth, color);
        }
    }

    private static void AddArrows(Plot plot, Arrows arrows, Color color)
    {
        // Heads are as long as their arrows allow: those of short ones would hide them.
        var longest = arrows.Dx.Zip(arrows.Dy, double.Hypot).Where(double.IsFinite).DefaultIfEmpty().Max();
        for (var k = 0; k < arrows.X.Length; k++)
        {
            var (dx, dy) = (arrows.Scale * arrows.Dx[k], arrows.Scale * arrows.Dy[k]);
            if (!double.IsFinite(dx + dy))
                continue;
            var arrow = plot.Add.Arrow(
                new Coordinates(arrows.X[k] - dx / 2, arrows.Y[k] - dy / 2),
                new Coordinates(arrows.X[k] + dx / 2, arrows.Y[k] + dy / 2)
            );
            (arrow.ArrowFillColor, arrow.ArrowLineWidth) = (color, 0);
            var size = (float)(0.25 + 0.75 * double.Hypot(arrows.Dx[k], arrows.Dy[k]) / longest);
            (arrow.ArrowWidth, arrow.ArrowheadWidth) = (1.2f, 7 * size);
            (arrow.ArrowheadAxisLength, arrow.ArrowheadLength) = (8 * size, 9 * size);
            if (k == 0)
                plot.Legend.ManualItems.Add(
                    new LegendItem
                    {
                        LabelText = arrows.Label,
                        LineColor = color,
                        LineWidth = LineWidth,
                    }
                );
        }
    }

    private static void AddCells(Plot plot, Cells cells, Color color)
    {
        plot.HideGrid();
        for (var row = 0; row < cells.Y.Length; row++)
        for (var column = 0; column < cells.X.Length; column++)
        {
            var cell = plot.Add.Rectangle(column - 0.5, column + 0.5, row - 0.5, row + 0.5);
            cell.LineStyle.Width = 0;
            cell.FillColor = color.WithAlpha(double.IsFinite(cells.Values[row][column]) ? StrongestCell * cells.Shade(row, column) : 0);
            var text = plot.Add.Text(cells.Texts[row][column], column, row);
            (text.LabelAlignment, text.LabelFontColor, text.LabelFontSize) = (Alignment.MiddleCenter, Palette.Of(Palette.Ink), 14);
        }
    }

    private static void AddMap(Plot plot, Map map)
    {
        // Without a number there is no scale of colours.
        if (!map.Values.Any(row => row.Any(IsDrawn)))
            return;
        // Rows of a bitmap go down.
        var (rows, columns) = (map.Values.Length, map.Values[0].Length);
        var values = new double[rows, columns];
        for (var row = 0; row < rows; row++)
        for (var column = 0; column < columns; column++)
            values[rows - 1 - row, column] = IsDrawn(map.Values[row][column]) ? map.Values[row][column] : double.NaN;
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
            .Where(point => IsDrawn(point.X) && IsDrawn(point.Y))
            .ToArray();
        return ([.. shown.Select(point => point.X)], [.. shown.Select(point => point.Y)]);
    }

    /// <summary>Pictures are made of numbers of binary32; larger ones, and what is no number, have no place in them.</summary>
    private static bool IsDrawn(double value) => Math.Abs(value) <= float.MaxValue;

    private static double On(Axis axis, double value) => axis.IsLogarithmic ? Math.Log10(value) : value;
}

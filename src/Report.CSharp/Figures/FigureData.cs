using MeanField.Engine.Runs;

namespace MeanField.Report.Figures;

/// <summary>The numbers of a figure as a table: the columns of its layers side by side, each named by its layer.</summary>
internal static class FigureData
{
    public static NumberTable Of(Figure figure)
    {
        var columns = figure.Layers.SelectMany((layer, index) => Columns(layer, Prefix(layer, index))).ToArray();
        var rows = columns.Max(column => column.Values.Length);
        return new NumberTable(
            [.. columns.Select(column => column.Name)],
            [
                .. Enumerable
                    .Range(0, rows)
                    .Select(row => columns.Select(column => row < column.Values.Length ? (double?)column.Values[row] : null).ToArray()),
            ]
        );
    }

    private static string Prefix(Layer layer, int index) =>
        (layer.Label.Length == 0 ? $"layer {index + 1}" : layer.Label).Replace(',', ' ');

    private static IEnumerable<(string Name, double[] Values)> Columns(Layer layer, string prefix) =>
        layer switch
        {
            Curve curve => [($"{prefix}: x", curve.X), ($"{prefix}: y", curve.Y)],
            Band band => [($"{prefix}: x", band.X), ($"{prefix}: low", band.Low), ($"{prefix}: high", band.High)],
            Marks { Errors: { } errors } marks => [($"{prefix}: x", marks.X), ($"{prefix}: y", marks.Y), ($"{prefix}: error", errors)],
            Marks marks => [($"{prefix}: x", marks.X), ($"{prefix}: y", marks.Y)],
            Steps steps =>
            [
                ($"{prefix}: from", steps.Edges[..^1]),
                ($"{prefix}: to", steps.Edges[1..]),
                ($"{prefix}: density", steps.Heights),
            ],
            Level level => [($"{prefix}: low", [level.Low]), ($"{prefix}: high", [level.High])],
            Spans spans => [($"{prefix}: low", spans.Low), ($"{prefix}: high", spans.High), ($"{prefix}: row", spans.Y)],
            Arrows arrows =>
            [
                ($"{prefix}: x", arrows.X),
                ($"{prefix}: y", arrows.Y),
                ($"{prefix}: dx", arrows.Dx),
                ($"{prefix}: dy", arrows.Dy),
            ],
            Cells cells =>
            [
                ($"{prefix}: x", [.. cells.Y.SelectMany(_ => cells.X)]),
                ($"{prefix}: y", [.. cells.Y.SelectMany(y => cells.X.Select(_ => y))]),
                ($"{prefix}: value", [.. cells.Values.SelectMany(row => row)]),
            ],
            Map map =>
            [
                ($"{prefix}: x", Middles(map, true)),
                ($"{prefix}: y", Middles(map, false)),
                ($"{prefix}: value", [.. map.Values.SelectMany(row => row)]),
            ],
            _ => throw new ArgumentOutOfRangeException(nameof(layer)),
        };

    /// <summary>The middle of every cell, row after row.</summary>
    private static double[] Middles(Map map, bool ofX)
    {
        var (rows, columns) = (map.Values.Length, map.Values[0].Length);
        return
        [
            .. Enumerable
                .Range(0, rows * columns)
                .Select(cell =>
                    ofX
                        ? map.X.Low + (map.X.High - map.X.Low) * (cell % columns + 0.5) / columns
                        : map.Y.Low + (map.Y.High - map.Y.Low) * (cell / columns + 0.5) / rows
                ),
        ];
    }
}

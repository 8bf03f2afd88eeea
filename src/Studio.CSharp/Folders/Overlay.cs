using MeanField.Report.Figures;
using MeanField.Report.Pages;

namespace MeanField.Studio.Folders;

/// <summary>The figures of several reports on the same axes.</summary>
internal static class Overlay
{
    private const int Width = 640;
    private const int Height = 400;

    /// <summary>How a page names the folder by its number: A, B, ...</summary>
    public static string Letter(int number) => $"{(char)('A' + number)}";

    /// <summary>A picture of every figure that two reports or more have, with the lines of all: the colours go on, the dashes are one folder's. What is the same in all stands there once.</summary>
    /// <param name="reports">The reports with the numbers of their folders.</param>
    public static IReadOnlyList<(Figure Figure, string Svg)> Of(IReadOnlyList<(int Folder, Report.Pages.Report Report)> reports)
    {
        var figures = from one in reports from figure in Still(one.Report) select (one.Folder, Figure: figure);
        return
        [
            .. from same in figures.GroupBy(one => one.Figure.Name)
            where same.Count() > 1
            let overlaid = Together([.. same])
            where overlaid.Layers.Count > 0
            select (overlaid, InlineSvg.Of(overlaid, Width, Height)),
        ];
    }

    /// <summary>Those that are no frame of an animation, each name once; nobody who compares waits for what each page would still compute.</summary>
    private static IEnumerable<Figure> Still(Report.Pages.Report report) =>
        report
            .Sections.Where(section => section.IsKnown)
            .SelectMany(section => section.Parts)
            .OfType<FigurePart>()
            .Select(part => part.Figure)
            .DistinctBy(figure => figure.Name);

    private static Figure Together(IReadOnlyList<(int Folder, Figure Figure)> same)
    {
        var first = same[0].Figure;
        return first with
        {
            X = first.X with { IsLogarithmic = same.All(one => one.Figure.X.IsLogarithmic) },
            Y = first.Y with { IsLogarithmic = same.All(one => one.Figure.Y.IsLogarithmic) },
            Layers =
            [
                .. same.SelectMany(
                    (one, k) =>
                        Lines(one.Figure.Layers)
                            .Where(layer => k == 0 || !IsShared(layer))
                            .Select(layer => IsShared(layer) ? layer : Of(one.Folder, layer))
                ),
            ],
        };

        bool IsShared(Layer layer) => same.All(one => one.Figure.Layers.Any(other => IsSame(layer, other)));
    }

    /// <summary>Whether two draw the same: a target, or the minimum of one problem.</summary>
    private static bool IsSame(Layer one, Layer other) =>
        (one, other) switch
        {
            (Curve a, Curve b) => a.X.SequenceEqual(b.X) && a.Y.SequenceEqual(b.Y),
            (Band a, Band b) => a.X.SequenceEqual(b.X) && a.Low.SequenceEqual(b.Low) && a.High.SequenceEqual(b.High),
            (Steps a, Steps b) => a.Edges.SequenceEqual(b.Edges) && a.Heights.SequenceEqual(b.Heights),
            (Level a, Level b) => (a.Low, a.High) == (b.Low, b.High),
            _ => false,
        };

    /// <summary>Lines with a name, each with the band that follows it; of points, maps and single paths those of one folder would hide the others'.</summary>
    private static IEnumerable<Layer> Lines(IReadOnlyList<Layer> layers) =>
        layers.Where((layer, k) => layer is Band ? k > 0 && IsLine(layers[k - 1]) : IsLine(layer));

    private static bool IsLine(Layer layer) => layer is Curve or Steps or Level && layer.Label.Length > 0;

    private static Layer Of(int folder, Layer layer) =>
        layer is Band ? layer with { Label = "" } : layer with { Label = $"{layer.Label}, {Letter(folder)}", Dash = folder };
}

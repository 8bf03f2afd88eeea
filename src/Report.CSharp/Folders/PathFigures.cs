using System.Text.Json.Nodes;
using MeanField.Core;
using MeanField.Engine.Runs;
using MeanField.Report.Figures;

namespace MeanField.Report.Folders;

/// <summary>The picture of the paths of a bridge: over time where they have one coordinate, else the first two at three times.</summary>
internal static class PathFigures
{
    private const int PathsShown = 7;

    // More points hide each other.
    private const int PointsShown = 300;

    /// <summary>The figure of a folder's paths; none where it has none.</summary>
    public static IEnumerable<Figure> Of(string folder, JsonObject results)
    {
        var file = Path.Combine(folder, FolderFiles.Paths);
        if (!File.Exists(file) || results["tau"] is not JsonValue tau || results["paths"]?["steps"] is not JsonValue steps)
            return [];
        var array = NpyFile.Read(file, Location.OfFile(file));
        var paths = new Paths(array.Values, array.Columns, steps.GetValue<int>(), tau.GetValue<double>());
        return paths.Count == 0 ? [] : [array.Columns == 1 ? OverTime(paths) : Places(paths)];
    }

    private static Figure OverTime(Paths paths)
    {
        double[] times = [.. Enumerable.Range(0, paths.Steps + 1).Select(paths.Time)];
        double[][] laws = [.. Enumerable.Range(0, paths.Steps + 1).Select(step => paths.At(step, 0).Order().ToArray())];
        double[] Quantile(double level) => [.. laws.Select(law => law[(int)(level * (law.Length - 1))])];
        return new Figure(
            "paths",
            "Paths of the bridge",
            "Exact paths. The band holds nine of ten at each time.",
            new Axis("time"),
            new Axis("place"),
            [
                new Curve("median", times, Quantile(0.5)),
                new Band("90 % of the paths", times, Quantile(0.05), Quantile(0.95)),
                .. Enumerable
                    .Range(0, Math.Min(PathsShown, paths.Count))
                    .Select(path => new Curve("", times, [.. Enumerable.Range(0, paths.Steps + 1).Select(step => paths[path, step, 0])])),
            ]
        );
    }

    private static Figure Places(Paths paths) =>
        new(
            "paths",
            "Where the paths of the bridge are at three times",
            "The first two coordinates of the same exact paths at the start, half way and at the end.",
            new Axis("place 1"),
            new Axis("place 2"),
            [.. new[] { 0, paths.Steps / 2, paths.Steps }.Distinct().Select(step => PointsAt(paths, step))]
        );

    private static Marks PointsAt(Paths paths, int step) =>
        new(
            FormattableString.Invariant($"t = {paths.Time(step):G4}"),
            [.. paths.At(step, 0).Take(PointsShown)],
            [.. paths.At(step, 1).Take(PointsShown)]
        );

    /// <summary>Rows of the file: path after path, each at the times 0, tau/steps, ..., tau.</summary>
    private sealed record Paths(double[] Values, int Dimension, int Steps, double Tau)
    {
        public int Count => Values.Length / (Dimension * (Steps + 1));

        public double this[int path, int step, int coordinate] => Values[((path * (Steps + 1)) + step) * Dimension + coordinate];

        public double Time(int step) => step * Tau / Steps;

        public IEnumerable<double> At(int step, int coordinate) => Enumerable.Range(0, Count).Select(path => this[path, step, coordinate]);
    }
}

using MathNet.Numerics.LinearAlgebra;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Bridges;

/// <summary>The drift of a Schroedinger bridge over a grid, for plots.</summary>
public static class DriftOfBridge
{
    /// <summary>
    /// A row for each time and point: t, the coordinates (place, or place 1, place 2, ...) and the components of the drift (u.NAME), nothing at tau where the end
    /// is points. O(m d) a row for an end of m points.
    /// </summary>
    /// <param name="solution">The bridge.</param>
    /// <param name="points">M x d, row-major.</param>
    /// <param name="times">From 0 to tau.</param>
    public static NumberTable Table(BridgeSolution solution, double[] points, double[] times)
    {
        var (d, names) = (solution.Dimension, Names(solution));
        return new NumberTable(
            ["t", .. names, .. names.Select(name => $"u.{name}")],
            [
                .. times.SelectMany(time =>
                    points
                        .Chunk(d)
                        .Select(point => (double?[])[time, .. point.Select(number => (double?)number), .. At(solution, point, time)])
                ),
            ]
        );
    }

    /// <summary>
    /// A row for each time of paths up to <paramref name="last"/>: t, the mean over the paths of the drift less its value at the start (u.NAME), which a martingale
    /// keeps at 0, and its standard errors (e.u.NAME).
    /// </summary>
    public static NumberTable Increments(BridgeSolution solution, BridgePaths paths, double last, CancellationToken cancel)
    {
        var (d, names) = (solution.Dimension, Names(solution));
        var start = Drifts(0);
        return new NumberTable(
            ["t", .. names.Select(name => $"u.{name}"), .. names.Select(name => $"e.u.{name}")],
            [.. Enumerable.Range(0, paths.Steps + 1).Where(step => TimeOf(step) <= last).Select(Row)]
        );

        double TimeOf(int step) => step * solution.Tau / paths.Steps;

        double?[] Row(int step)
        {
            cancel.ThrowIfCancellationRequested();
            var drifts = Drifts(step);
            SampleMean[] means =
            [
                .. Enumerable
                    .Range(0, d)
                    .Select(i => SampleMean.Of(Enumerable.Range(0, paths.Count).Select(path => drifts[path][i] - start[path][i]))),
            ];
            return [TimeOf(step), .. means.Select(mean => (double?)mean.Value), .. means.Select(mean => (double?)mean.Error)];
        }

        double[][] Drifts(int step) =>
            [
                .. Enumerable
                    .Range(0, paths.Count)
                    .Select(path => paths.States[((path * (paths.Steps + 1) + step) * d)..((path * (paths.Steps + 1) + step + 1) * d)])
                    .Select(point => At(solution, point, TimeOf(step)).Select(drift => drift ?? double.NaN).ToArray()),
            ];
    }

    private static string[] Names(BridgeSolution solution) =>
        solution.Dimension == 1 ? ["place"] : [.. Enumerable.Range(1, solution.Dimension).Select(i => $"place {i}")];

    private static IEnumerable<double?> At(BridgeSolution solution, double[] point, double time) =>
        solution.Coupling switch
        {
            GaussianBridge bridge => bridge.Drift(Vector<double>.Build.DenseOfArray(point), time).Select(number => (double?)number),
            EntropicPlan plan when time < solution.Tau => plan.Drift(point, time).Select(number => (double?)number),
            _ => new double?[point.Length],
        };
}

using MeanField.Core;
using MeanField.Engine.Bridges;
using MeanField.Report.Pages;

namespace MeanField.Report.Folders;

/// <summary>What a report shows of the optimal control of its problem.</summary>
internal static class ControlParts
{
    private const int Paths = 1000;
    private const int Steps = 20;

    /// <summary>The times of the fields, in shares of tau.</summary>
    private static readonly double[] Shares = [0, 0.25, 0.5, 0.75, 1];

    /// <summary>Drift and value function over a grid where mu* and <paramref name="law"/> are.</summary>
    public static IEnumerable<Part> Fields(Comparison comparison, double[]? law, ReportOptions options, CancellationToken cancel)
    {
        var (problem, dimension) = (comparison.Optimum.Problem.Problem, comparison.Components.Length);
        var points = FieldGrid.Of(dimension, law is null ? [comparison.Neurons] : [comparison.Neurons, law]);
        double[] times = [.. Shares.Select(share => share * problem.Energy.Tau.Value)];
        return Limited.Of(
            options,
            cancel,
            limit =>
                FieldFigures.Of(
                    FieldFigures.Columns(
                        ControlTable.Of(comparison.Optimum.Problem, comparison.Optimum.Solution, points, times, options.Threads, limit)
                    ),
                    DriftWords.Control
                )
        );
    }

    /// <summary>Its martingales.</summary>
    public static IEnumerable<Part> Martingales(Comparison comparison, ReportOptions options, CancellationToken cancel) =>
        Limited.Of(
            options,
            cancel,
            limit =>
            {
                var table = FieldFigures.Columns(
                    MartingaleTable.Of(comparison.Optimum, comparison.Draws(Paths), Steps, options.Threads, limit)
                );
                return (Part[])[new FigurePart(MartingaleFigures.OfDrift(table, "u*")), new FigurePart(MartingaleFigures.OfValue(table))];
            }
        );
}

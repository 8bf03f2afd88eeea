using MeanField.Core;
using MeanField.Engine.Bridges;
using MeanField.Engine.Journals;
using MeanField.Report.Pages;

namespace MeanField.Report.Folders;

/// <summary>What a report of a bridge shows of its drift: that of the bridge between two laws, or the optimal control of a problem.</summary>
internal static class BridgeParts
{
    private const int Paths = 1000;
    private const int Steps = 40;

    /// <summary>Points, or nodes of a rule, do not carry a drift up to the end.</summary>
    private const double LastShare = 0.9;

    private static readonly double[] Shares = [0, 0.25, 0.5, 0.75, LastShare];

    private static readonly DriftWords Words = new(
        "drift",
        "The drift of the bridge",
        "Where the bridge pulls a path that is at a place at these times."
    );

    /// <summary>The parts; the fields only where no table of the folder has them.</summary>
    public static IEnumerable<Part> Of(Problem problem, string folder, bool hasTable, ReportOptions options, CancellationToken cancel) =>
        problem.Bridge is null
            ? OfControl(problem, folder, hasTable, options, cancel)
            : Limited.Of(options, cancel, limit => Between(problem, folder, options.Threads, limit));

    private static IEnumerable<Part> OfControl(
        Problem problem,
        string folder,
        bool hasTable,
        ReportOptions options,
        CancellationToken cancel
    )
    {
        var (comparison, reason) = Comparison.Of(problem, folder, options.Threads, options.SolveSeconds, cancel);
        return comparison is null
            ? [new Prose($"The optimal control is not known: {reason}.")]
            :
            [
                .. hasTable ? [] : ControlParts.Fields(comparison, null, options, cancel),
                .. ControlParts.Martingales(comparison, options, cancel),
            ];
    }

    private static IEnumerable<Part> Between(Problem problem, string folder, int threads, CancellationToken cancel)
    {
        var solution = SchroedingerBridge.Of(problem, folder, threads, Journal.Unkept, _ => { }, cancel);
        var paths = solution.Paths(Paths, Steps, problem.Bridge!.Value.Seed, cancel);
        var points = FieldGrid.Of(solution.Dimension, [paths.States]);
        double[] times = [.. Shares.Select(share => share * solution.Tau)];
        return
        [
            .. FieldFigures.Of(FieldFigures.Columns(DriftOfBridge.Table(solution, points, times)), Words),
            new FigurePart(
                MartingaleFigures.OfDrift(
                    FieldFigures.Columns(DriftOfBridge.Increments(solution, paths, LastShare * solution.Tau, cancel)),
                    "u"
                )
            ),
        ];
    }
}

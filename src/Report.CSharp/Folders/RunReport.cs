using MeanField.Core;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Runs;
using MeanField.Report.Figures;
using MeanField.Report.Pages;
using MeanField.Report.Tables;

namespace MeanField.Report.Folders;

/// <summary>The report of a run folder.</summary>
internal sealed class RunReport
{
    private readonly RecordedRun run;
    private readonly Problem problem;
    private readonly RecordedMetrics? metrics;
    private readonly PreparedRun? prepared;
    private readonly string withoutData = "";
    private readonly Comparison? comparison;
    private readonly string withoutComparison;

    private RunReport(string folder, ReportOptions options, CancellationToken cancel)
    {
        run = RecordedRun.Read(folder);
        problem = run.Problem() ?? throw ReportFolder.Refused(folder, "a run that has not begun", "wait until it has");
        metrics = RecordedMetrics.Read(folder);
        try
        {
            prepared = PreparedRun.Of(problem, folder);
        }
        catch (FaultException gone)
        {
            withoutData = FaultModule.message(gone.Fault);
        }
        (comparison, withoutComparison) = Comparison.Of(problem, folder, options.Threads, options.SolveSeconds, cancel);
    }

    /// <summary>Reads the folder; the minimiser is sought for as long as the options allow.</summary>
    public static Pages.Report Of(string folder, ReportOptions options, CancellationToken cancel) =>
        new RunReport(folder, options, cancel).Report();

    private Pages.Report Report() =>
        new(
            problem.Title,
            Lead(),
            [
                new Section("Results", [.. Results()]),
                new Section("Convergence", [.. Convergence()]),
                new Section("The net", [.. Net()]),
                new Section("The law of the neurons", [.. Law()]),
                new Section("Derivation", [ReportFolder.Derivation(problem)]),
                new Section("Problem", [new Listing("problem.toml", File.ReadAllText(Path.Combine(run.Folder, "problem.toml")))]),
            ],
            [
                KeyValuePair.Create("folder", run.Folder),
                .. run.Environment,
                KeyValuePair.Create("seed", run.Results?["seed"]?.ToString() ?? ""),
                KeyValuePair.Create("digest", run.Results?["digest"]?.ToString() ?? ""),
                KeyValuePair.Create("again", $"workbench run problem.toml --repeat {run.Folder}"),
            ]
        );

    private string Lead() =>
        FormattableString.Invariant(
            $"{problem.Run.Replicas} ensembles of {problem.Run.Particles} neurons, {problem.Run.Steps} steps to time {problem.Run.Horizon.Value:G4}: {run.Status}{(run.StatusReason is { } reason ? $" ({reason})" : "")}."
        );

    private IEnumerable<Part> Results()
    {
        if (run.Results is not { } results)
        {
            yield return new Prose("The run has not ended: there are no results yet.");
            yield break;
        }
        yield return new TablePart(Quantities.Of("results", "What the run found, with standard errors over replicas", results));
        yield return new Prose(
            comparison is { Optimum.Solution.Certificate: { Interval: { } interval } certificate }
                ? FormattableString.Invariant(
                    $"The minimum of the free energy F* lies in [{interval.Low:G14}, {interval.High:G14}]{(certificate.IsCertified ? ", certified" : $" (not certified: {certificate.Obstacle})")}."
                )
                : $"There is no F* to compare with: {withoutComparison}."
        );
    }

    private IEnumerable<Part> Convergence()
    {
        if (metrics is null)
        {
            yield return new Prose("No time series is written yet.");
            yield break;
        }
        if (Series.Of(metrics, "risk") is { } risk)
            yield return new FigurePart(
                new Figure(
                    "risk",
                    "Risk over time",
                    "Mean over replicas with twice its standard error; dashed: the risk of the optimal net.",
                    new Axis("time"),
                    new Axis("risk", IsLogarithmic: risk.IsWide),
                    [.. risk.Layers("risk"), .. Level("optimal net", comparison?.Optimum.Solution.Risk.Value.Value)]
                )
            );
        if (Energies() is { } energies)
            yield return new FigurePart(energies);
    }

    private Figure? Energies()
    {
        Layer[] layers =
        [
            .. Series.Of(metrics!, "value")?.Layers("J: control cost/beta + T") ?? [],
            .. Series.Of(metrics!, "potential")?.Layers("T: the loss's part") ?? [],
        ];
        return layers.Length == 0
            ? null
            : new Figure(
                "free-energy",
                "Cost of the controlled dynamics and the minimum of the free energy",
                "At the end J is at least F* in expectation; the difference is what greed costs. Means over replicas with twice their standard errors.",
                new Axis("time"),
                new Axis("energy"),
                [
                    .. layers,
                    .. comparison?.Optimum.Solution.Certificate.Interval is { } interval
                        ? [new Level("F*", interval.Low, interval.High)]
                        : (Layer[])[],
                ]
            );
    }

    private static IEnumerable<Layer> Level(string label, double? value) => value is { } at ? [new Level(label, at, at)] : [];

    private IEnumerable<Part> Net()
    {
        if (prepared is null)
        {
            yield return new Prose($"The nodes of the run are not there: {withoutData}.");
            yield break;
        }
        if (prepared.Table is not { } nodes || !nodes.Has(DataLaw.Target) || metrics is not { Fhat.Count: > 0 } seen)
        {
            yield return new Prose("The problem has no net with a target.");
            yield break;
        }
        double[][] last = [.. seen.Replicas.Zip(seen.Fhat).GroupBy(row => row.First, row => row.Second).Select(replica => replica.Last())];
        var optimal = comparison?.Optimum.Solution.Moment;
        yield return new FigurePart(NetFigures.Of("net", nodes, last, optimal?.Length == nodes.Count ? optimal : null));
    }

    private IEnumerable<Part> Law()
    {
        var moments = Snapshots.Of(run.Folder, problem).ToArray();
        if (moments.Length == 0)
        {
            yield return new Prose("No particles are written yet.");
            yield break;
        }
        var optimal = comparison?.Neurons;
        foreach (var figure in LawFigures.Marginals(moments[^1].Neurons, optimal).Concat(LawFigures.Clouds(moments[^1].Neurons, optimal)))
            yield return new FigurePart(figure);
        if (moments.Length > 1)
            yield return new FramesPart(
                "The law over time",
                "Particles of all replicas at the snapshots of the run.",
                [.. LawFigures.Frames(moments)]
            );
    }
}

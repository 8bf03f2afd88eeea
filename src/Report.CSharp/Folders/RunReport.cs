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
    /// <summary>Laws of which the drift is shown.</summary>
    private const int Moments = 4;

    private const int MostNeurons = 20_000;

    /// <summary>For what takes no minimiser.</summary>
    private const double LeastSeconds = 30;

    private readonly ReportOptions options;
    private readonly CancellationToken cancel;
    private readonly RecordedRun run;
    private readonly Problem problem;
    private readonly RecordedMetrics? metrics;
    private readonly (double Time, Neurons Neurons)[] laws;
    private readonly PreparedRun? prepared;
    private readonly string withoutData = "";
    private readonly Comparison? comparison;
    private readonly string withoutComparison;

    private RunReport(string folder, ReportOptions options, CancellationToken cancel)
    {
        (this.options, this.cancel) = (options, cancel);
        run = RecordedRun.Read(folder);
        problem = run.Problem() ?? throw ReportFolder.Refused(folder, "a run that has not begun", "wait until it has");
        metrics = RecordedMetrics.Read(folder);
        laws = [.. Snapshots.Of(folder, problem)];
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
                new Section("The drift", Drift),
                new Section("The optimal control", () => [.. Control()]),
                new Section("Derivation", [ReportFolder.Derivation(problem)]),
                new Section("Problem", [new Listing(FolderFiles.Problem, File.ReadAllText(Path.Combine(run.Folder, FolderFiles.Problem)))]),
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
        if (Excess() is { } excess)
            yield return new FigurePart(excess);
    }

    private Figure? Excess()
    {
        if (Series.Of(metrics!, "value") is not { } value || comparison?.Optimum.Solution.Certificate.Interval is not { } interval)
            return null;
        var least = (interval.Low + interval.High) / 2;
        return new Figure(
            "excess",
            "J - F*: what the dynamics costs above the minimum",
            "J of the time so far, with twice its standard error over replicas; at the end its expectation is at least 0, the line, whose width is the interval of F*."
                + (OtherSide() is null ? "" : " The mark is the other side of the identity of J - F*, which needs no J."),
            new Axis("time"),
            new Axis("J - F*"),
            [
                .. (value with { Means = [.. value.Means.Select(mean => mean - least)] }).Layers("J - F*"),
                .. OtherSide() is { } side ? [side] : (Layer[])[],
                new Level("F*", interval.Low - least, interval.High - least),
            ]
        );
    }

    private Marks? OtherSide() =>
        run.Number("excessIdentity") is { } other
            ? new Marks(
                "distance of the control from u*",
                [problem.Run.Horizon.Value],
                [other],
                run.Number("excessIdentity", "standardErrors") is { } error ? [2 * error] : null
            )
            : null;

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
        var moments = laws;
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

    /// <summary>Neurons of the last law, enough to see where it is; null where no particles are written.</summary>
    private double[]? LastLaw => laws.LastOrDefault().Neurons?.Some(MostNeurons);

    private IReadOnlyList<Part> Drift()
    {
        if (prepared is null || laws.Length == 0)
            return [new Prose(prepared is null ? $"The nodes of the run are not there: {withoutData}." : "No particles are written yet.")];
        if (problem.Run.Dynamics == Dynamics.Foellmer)
            return [new Prose("The run follows the optimal control, which is shown below.")];
        var components = laws[0].Neurons.Components;
        var points = FieldGrid.Of(components.Count, comparison is null ? [LastLaw!] : [LastLaw!, comparison.Neurons]);
        (double, double[])[] shown =
        [
            .. Enumerable
                .Range(1, Moments)
                .Select(k => k * laws.Length / Moments - 1)
                .Where(k => k >= 0)
                .Distinct()
                .Select(k => (laws[k].Time, laws[k].Neurons.Rows)),
        ];
        return Limited.Of(
            options with
            {
                SolveSeconds = Math.Max(options.SolveSeconds, LeastSeconds),
            },
            cancel,
            limit =>
                FieldFigures.Of(
                    FieldFigures.Columns(DriftTable.Of(prepared, components, shown, points, limit)),
                    new DriftWords(
                        "drift",
                        "The drift of the run",
                        "The drift of a neuron at each place, under the law that the run has at these times."
                    )
                )
        );
    }

    private IEnumerable<Part> Control() =>
        comparison is null
            ? [new Prose($"The optimal control is not known: {withoutComparison}.")]
            : ControlParts.Fields(comparison, LastLaw, options, cancel).Concat(ControlParts.Martingales(comparison, options, cancel));
}

using System.Text.Json.Nodes;
using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine;
using MeanField.Engine.Journals;
using MeanField.Engine.Laziness;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Runs;

namespace MeanField.Cli;

/// <summary>One call of 'workbench lazy', its problem read.</summary>
internal sealed record LazyCall(Problem Problem, string ProblemFolder, LazyRequest Request, Screen Screen)
{
    private const int MostParticles = 2000;
    private const int MostSteps = 100;
    private const int DefaultReplicas = 8;
    private const int SampledReplicas = 4;
    private const int DefaultPaths = 10_000;

    /// <summary>Of a control that is a mean over a sample.</summary>
    private const int SampledPaths = 500;
    private const int SampledParticles = 200;
    private const int SampledSteps = 40;

    private CommonRequest Common => Request.Common;

    /// <summary>Answers the exit code.</summary>
    public int Run(CancellationToken cancel)
    {
        if (Request.Keeping.Resume is { } earlier && ResultFolder.Complete(earlier, FolderFiles.Lazy) is { } result)
            return Keeping.Complete("report", Kept, result, Common.Json);
        // What is refused leaves no folder.
        var problem = Checked();
        using var folder = Common.OutputFolder is null && !Request.Keeping.IsAsked ? null : Open();
        var journal = folder?.Journal ?? Journal.Unkept;
        return Keeping.During(Screen, folder?.Path, journal, () => Run(problem, folder, journal, cancel));
    }

    private int Run(MinimiserProblem problem, ResultFolder? folder, Journal journal, CancellationToken cancel)
    {
        var report = Report(problem, compares: true, journal, cancel);
        var json = LazyJson.Of(report);
        if (folder is not null)
            Write(folder, report, json);
        if (Common.Json)
            Console.Out.WriteLine(json.ToJsonString(JsonLayout.Options));
        else
            LazyText.Write(Screen, Problem, report);
        foreach (var failure in LazyText.Failures(report))
            Console.Error.WriteLine(failure);
        return LazyText.ExitCode(report);
    }

    /// <summary>The report of a cell of a sweep, whose columns are numbers: without the table of all dynamics and the rates.</summary>
    public LazyReport Report(Journal journal, CancellationToken cancel) => Report(Checked(), compares: false, journal, cancel);

    private LazyReport Report(MinimiserProblem problem, bool compares, Journal journal, CancellationToken cancel)
    {
        var optimum = Optimum.Of(problem, Common.Threads, journal, Screen.Tell, cancel);
        Screen.Tell("constants");
        var constants = Constants.ofProblem(Problem, NodesOfLaw.Read(Problem, ProblemFolder)).Value();
        var isSampled = optimum.Solution.Method != "quadrature";
        return LazyStudy.Of(
            optimum,
            Options(isSampled) with
            {
                Journal = journal.Within("study"),
            },
            Request.Paths ?? (isSampled ? SampledPaths : DefaultPaths),
            [.. constants],
            compares,
            Screen.Tell,
            cancel
        );
    }

    /// <summary>The folder, a new one or the one to go on in.</summary>
    public ResultFolder Open() =>
        ResultFolder.Open(FolderFiles.Lazy, Kept, Common.OutputFolder, Problem, ProblemFolder, Common.Force, Keeping.Warn);

    private KeptCall Kept =>
        Request.Keeping.Of(
            "lazy",
            Problem,
            ProblemFolder,
            ("--particles", Request.Particles),
            ("--steps", Request.Steps),
            ("--replicas", Request.Replicas),
            ("--paths", Request.Paths)
        );

    /// <summary>The problem, which has a net and a minimiser.</summary>
    private MinimiserProblem Checked()
    {
        var problem = MinimiserProblem.Of(Problem, ProblemFolder);
        OptimalNet.Require(
            problem,
            Problem.Places.Of("energy.objective"),
            "'workbench solve' and 'workbench bridge' treat problems without one"
        );
        Existence.Require(Problem, ProblemFolder);
        return problem;
    }

    private static void Write(ResultFolder folder, LazyReport report, JsonObject json)
    {
        json["folder"] = folder.Path;
        folder.Write(FolderFiles.Nets, ComparisonTable.Csv(report.Comparison));
        folder.Write(FolderFiles.NetsLatex, ComparisonTable.Latex(report.Comparison));
        folder.WriteResult(json);
    }

    private NetOptions Options(bool isSampled)
    {
        var asked = Problem.Run;
        var steps = Request.Steps ?? Math.Min(asked.Steps, isSampled ? SampledSteps : MostSteps);
        return new NetOptions(
            Request.Particles ?? Math.Max(2, Math.Min(asked.Particles, isSampled ? SampledParticles : MostParticles)),
            Math.Max(2, steps + steps % 2),
            Request.Replicas ?? (isSampled ? SampledReplicas : DefaultReplicas),
            asked.Seed,
            Common.Threads,
            ProblemFolder
        );
    }
}

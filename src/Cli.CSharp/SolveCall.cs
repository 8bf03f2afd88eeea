using System.Diagnostics;
using System.Text.Json.Nodes;
using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine;
using MeanField.Engine.Journals;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Runs;

namespace MeanField.Cli;

/// <summary>One call of 'workbench solve' for one problem, which has been read.</summary>
internal sealed record SolveCall(Problem Problem, string ProblemFolder, SolveRequest Request, Screen Screen)
{
    private CommonRequest Common => Request.Common;

    /// <summary>Solves, and answers the exit code.</summary>
    public int Run(CancellationToken cancel)
    {
        Existence.Require(Problem, ProblemFolder);
        var problem = MinimiserProblem.Of(Problem, ProblemFolder);
        if (Request.Samples is not null || Request.Grid is not null || Request.Compare is not null)
            problem.RequireDual();
        var grid = Request.Grid is { } text ? Inputs(problem, text) : null;
        var run = Request.Compare is { } name ? RunOfProblem.Read(name, problem) : null;
        using var folder = HasFiles ? Open() : null;
        return Keeping.During(Screen, folder?.Path, JournalOf(folder), () => Run(problem, grid, run, folder, cancel));
    }

    private int Run(MinimiserProblem problem, double[]? grid, RecordedRun? run, SolutionFolder? folder, CancellationToken cancel)
    {
        var solution = Solved(problem, folder, cancel);
        var json = SolutionJson.Of(solution);
        if (!Common.Json)
            SolveReport.Write(Screen, Problem, solution);
        WriteFiles(folder, problem, solution, grid, json, cancel);
        if (run is not null)
            Write(RunExcess.Of(run, problem, solution), json);
        folder?.WriteResult(json);
        if (Common.Json)
            Console.Out.WriteLine(json.ToJsonString(JsonLayout.Options));
        SolveReport.WriteObstacle(solution);
        return SolveReport.ExitCode(solution);
    }

    /// <summary>The solution alone; the folder keeps what was found on the way.</summary>
    public Solution Solution(SolutionFolder folder, CancellationToken cancel)
    {
        Existence.Require(Problem, ProblemFolder);
        return Solved(MinimiserProblem.Of(Problem, ProblemFolder), folder, cancel);
    }

    /// <summary>Tells of progress, to the log, too.</summary>
    public void Report(Progress progress, SolutionFolder? folder)
    {
        folder?.Log(progress);
        Screen.Tell(progress);
    }

    /// <summary>How to solve, with what a journal keeps, from a neighbour's dual variable where there is one.</summary>
    public SolveOptions Options(Journal journal, double[]? start = null) =>
        SolveOptions.Of(Problem, Common.Threads, start) with
        {
            Journal = journal,
        };

    /// <summary>What its folder keeps of it.</summary>
    public KeptCall Kept =>
        Request.Keeping.Of(
            "solve",
            Problem,
            ProblemFolder,
            ("--samples", Request.Samples),
            ("--compare", Request.Compare),
            ("--beta", Request.Path),
            ("--grid", Request.Grid)
        );

    /// <summary>The folder, a new one or the one to go on in.</summary>
    public SolutionFolder Open() => SolutionFolder.Open(Kept, Common.OutputFolder, Problem, ProblemFolder, Common.Force, Keeping.Warn);

    private static Journal JournalOf(SolutionFolder? folder) => folder?.Journal ?? Journal.Unkept;

    private double[] Inputs(MinimiserProblem problem, string grid)
    {
        OptimalNet.Require(problem, Location.OfKey("--grid"), "leave --grid out");
        return InputGrid.Read(grid, Problem.Input!.Value.Dimension);
    }

    private bool HasFiles =>
        Common.OutputFolder is not null || Request.Keeping.IsAsked || Request.Samples is not null || Request.Grid is not null;

    private Solution Solved(MinimiserProblem problem, SolutionFolder? folder, CancellationToken cancel)
    {
        var (watch, options) = (Stopwatch.StartNew(), Options(JournalOf(folder)));
        var solution = Minimiser.Of(problem, options, Told, cancel);
        solution = Minimiser.WithNodeError(solution, problem, ProblemFolder, options, Told, cancel);
        return solution with { Seconds = watch.Elapsed.TotalSeconds };

        void Told(Progress progress) => Report(progress, folder);
    }

    private void WriteFiles(
        SolutionFolder? folder,
        MinimiserProblem problem,
        Solution solution,
        double[]? grid,
        JsonObject json,
        CancellationToken cancel
    )
    {
        if (folder is null)
            return;
        folder.WriteNodes(problem, solution);
        if (grid is not null)
            folder.WriteOutputs(grid, OptimalNet.At(problem, solution, grid, Common.Threads, cancel));
        if (Request.Samples is { } count)
        {
            var sample = NeuronSample.Of(problem, solution, count, Common.Threads, cancel);
            folder.WriteSamples(sample);
            json["samples"] = SolutionJson.OfSample(sample);
            if (!Common.Json)
                Console.Out.WriteLine($"  {SolveReport.Sampled(sample)}");
        }
        json["folder"] = folder.Path;
        if (!Common.Json)
            Console.Out.WriteLine($"  written to {folder.Path}");
    }

    private void Write(RunExcess excess, JsonObject json)
    {
        json["compare"] = excess.ToJson();
        if (!Common.Json)
            SolveReport.Write(Screen, excess);
    }
}

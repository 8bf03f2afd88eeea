using System.Text.Json.Nodes;
using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine;
using MeanField.Engine.Bridges;
using MeanField.Engine.Journals;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Runs;

namespace MeanField.Cli;

/// <summary>The Foellmer process of a problem: solved, simulated, compared.</summary>
internal sealed record FoellmerCall(Problem Problem, string ProblemFolder, BridgeRequest Request, Screen Screen)
{
    private const int DefaultPaths = 10_000;
    private const int DefaultSteps = 100;

    private CommonRequest Common => Request.Common;

    /// <summary>Computes and prints it; answers the exit code.</summary>
    public int Run(CancellationToken cancel)
    {
        var grid = Request.Table is { } text ? ControlGrid.Read(text, Problem) : null;
        Existence.Require(Problem, ProblemFolder);
        var problem = MinimiserProblem.Of(Problem, ProblemFolder);
        problem.RequireDual();
        using var folder = Request.HasFiles(isSchroedinger: false) ? Request.Open(Problem, ProblemFolder) : null;
        var journal = folder?.Journal ?? Journal.Unkept;
        return Keeping.During(Screen, folder?.Path, journal, () => Run(problem, grid, folder, journal, cancel));
    }

    private int Run(MinimiserProblem problem, ControlGrid? grid, ResultFolder? folder, Journal journal, CancellationToken cancel)
    {
        var solving = SolveOptions.Of(Problem, Common.Threads) with { Journal = journal };
        var solution = Minimiser.Of(problem, solving, Told, cancel);
        var options = new FoellmerOptions(
            Math.Max(FoellmerProcess.Replicates, Request.Paths ?? DefaultPaths),
            Request.Steps ?? DefaultSteps,
            Common.Threads
        )
        {
            Journal = journal.Within("process"),
        };
        var report = FoellmerProcess.Of(problem, solution, options, Told, cancel);
        var json = FoellmerJson.Of(report);
        if (grid is not null)
            WriteTable(folder!, ControlTable.Of(problem, solution, grid.Points, grid.Times, Common.Threads, cancel));
        if (folder is not null)
            json["folder"] = folder.Path;
        folder?.WriteResult(json);
        Write(report, json, folder);
        return FoellmerText.Conclude(report);

        void Told(Progress progress)
        {
            folder?.Log(progress);
            Screen.Tell(progress);
        }
    }

    private static void WriteTable(ResultFolder folder, NumberTable table)
    {
        folder.Write(FolderFiles.Control, table.WriteCsv);
        folder.Write(FolderFiles.ControlParquet, table.WriteParquet);
    }

    private void Write(FoellmerReport report, JsonObject json, ResultFolder? folder)
    {
        if (Common.Json)
        {
            Console.Out.WriteLine(json.ToJsonString(JsonLayout.Options));
            return;
        }
        FoellmerText.Write(Screen, Problem, report);
        if (folder is not null)
            Console.Out.WriteLine($"  written to {folder.Path}");
    }
}

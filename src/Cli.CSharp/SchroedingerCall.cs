using System.Diagnostics;
using System.Text.Json.Nodes;
using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine.Bridges;
using MeanField.Engine.Runs;

namespace MeanField.Cli;

/// <summary>The Schroedinger bridge between the two laws of a problem.</summary>
internal sealed record SchroedingerCall(Problem Problem, string ProblemFolder, BridgeRequest Request, Screen Screen)
{
    private const int StepsOfPaths = 100;
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(1);

    private CommonRequest Common => Request.Common;

    /// <summary>Computes and prints it; answers the exit code.</summary>
    public int Run(CancellationToken cancel)
    {
        if (Request.Table is not null)
            throw Usage.Unsupported(
                "--table",
                "a table of a bridge between two laws",
                "one of the Foellmer process: a problem without [bridge]",
                "take --paths N"
            );
        if (Request.Paths is null && (Common.OutputFolder is not null || Common.Force))
            throw Usage.Invalid(
                "workbench bridge",
                "--out or --force without --paths",
                "--paths N with them: nothing else is written to a folder",
                "",
                "redirect the output into a file"
            );
        using var folder = Request.Paths is null
            ? null
            : ResultFolder.Create(ResultFolder.Bridge, Common.OutputFolder, Problem, ProblemFolder, Common.Force);
        var solution = SchroedingerBridge.Of(Problem, ProblemFolder, Common.Threads, Teller(), cancel);
        var json = BridgeJson.Of(solution);
        if (!Common.Json)
            SchroedingerReport.Write(Screen, Problem, solution);
        if (folder is not null)
            WritePaths(folder, solution, json);
        if (Common.Json)
            Console.Out.WriteLine(json.ToJsonString(JsonLayout.Options));
        return SchroedingerReport.Conclude(solution);
    }

    private void WritePaths(ResultFolder folder, BridgeSolution solution, JsonObject json)
    {
        var paths = solution.Paths(Request.Paths!.Value, Request.Steps ?? StepsOfPaths, Problem.Bridge!.Value.Seed);
        folder.Write("paths.npy", stream => NpyFile.Write(stream, paths.Dimension, [paths.States]));
        json["paths"] = BridgeJson.OfPaths(paths);
        json["folder"] = folder.Path;
        folder.WriteResult(json);
        if (!Common.Json)
            SchroedingerReport.Write(paths, folder.Path);
    }

    /// <summary>Tells people of progress, a line a second at most.</summary>
    private Action<string> Teller()
    {
        var watch = Stopwatch.StartNew();
        var last = TimeSpan.Zero;
        return line =>
        {
            if (Screen.Quiet || watch.Elapsed - last < BetweenLines)
                return;
            last = watch.Elapsed;
            Console.Error.WriteLine(line);
        };
    }
}

using System.Diagnostics;
using System.Text.Json.Nodes;
using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine;
using MeanField.Engine.Bridges;
using MeanField.Engine.Journals;
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
        using var folder = Request.HasFiles(isSchroedinger: true) ? Request.Open(Problem, ProblemFolder) : null;
        var journal = folder?.Journal ?? Journal.Unkept;
        return Keeping.During(Screen, folder?.Path, journal, () => Run(folder, journal, cancel));
    }

    private int Run(ResultFolder? folder, Journal journal, CancellationToken cancel)
    {
        var solution = SchroedingerBridge.Of(Problem, ProblemFolder, Common.Threads, journal, Teller(), cancel);
        var json = BridgeJson.Of(solution);
        var paths = Request.Paths is { } count
            ? solution.Paths(count, Request.Steps ?? StepsOfPaths, Problem.Bridge!.Value.Seed, cancel)
            : null;
        if (folder is not null)
            Write(folder, paths, json);
        if (Common.Json)
            Console.Out.WriteLine(json.ToJsonString(JsonLayout.Options));
        else
            Report(solution, paths, folder);
        return SchroedingerReport.Conclude(solution);
    }

    private static void Write(ResultFolder folder, BridgePaths? paths, JsonObject json)
    {
        if (paths is not null)
        {
            folder.Write(FolderFiles.Paths, stream => NpyFile.Write(stream, paths.Dimension, [paths.States]));
            json["paths"] = BridgeJson.OfPaths(paths);
        }
        json["folder"] = folder.Path;
        folder.WriteResult(json);
    }

    private void Report(BridgeSolution solution, BridgePaths? paths, ResultFolder? folder)
    {
        SchroedingerReport.Write(Screen, Problem, solution);
        if (paths is not null)
            SchroedingerReport.Write(paths, folder!.Path);
        else if (folder is not null)
            Console.Out.WriteLine($"  written to {folder.Path}");
    }

    /// <summary>Tells of progress, with a line a second at most.</summary>
    private Action<Progress> Teller()
    {
        var watch = Stopwatch.StartNew();
        var last = TimeSpan.Zero;
        return progress =>
        {
            var isDue = watch.Elapsed - last >= BetweenLines;
            last = isDue ? watch.Elapsed : last;
            Screen.Tell(isDue ? progress : progress with { Text = "" });
        };
    }
}

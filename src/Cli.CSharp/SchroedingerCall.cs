using System.Diagnostics;
using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine.Bridges;

namespace MeanField.Cli;

/// <summary>The Schroedinger bridge between the two laws of a problem.</summary>
internal sealed record SchroedingerCall(Problem Problem, string ProblemFolder, CommonRequest Common, Screen Screen)
{
    private static readonly TimeSpan BetweenLines = TimeSpan.FromSeconds(1);

    /// <summary>Computes and prints it; answers the exit code.</summary>
    public int Run(CancellationToken cancel)
    {
        if (Common.OutputFolder is not null || Common.Force)
            throw Usage.Invalid(
                "workbench bridge",
                "--out or --force",
                "a call without them: the bridge between two laws prints and writes no folder",
                "",
                "redirect its output into a file"
            );
        var solution = SchroedingerBridge.Of(Problem, ProblemFolder, Common.Threads, Teller(), cancel);
        if (Common.Json)
            Console.Out.WriteLine(BridgeJson.Of(solution).ToJsonString(JsonLayout.Options));
        else
            SchroedingerReport.Write(Screen, Problem, solution);
        return SchroedingerReport.Conclude(solution);
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

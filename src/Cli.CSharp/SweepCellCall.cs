using System.Text.Json.Nodes;
using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine.Journals;
using MeanField.Engine.Laziness;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Runs;
using MeanField.Engine.Sweeps;

namespace MeanField.Cli;

/// <summary>One cell of a sweep: what its command would do alone, with the result kept instead of printed.</summary>
internal sealed record SweepCellCall(SweepCall Call, int Number, int Threads, SweepFolder Folder)
{
    private Problem Problem => Call.Problems[Number - 1];

    /// <summary>Does the cell, and answers what is to be kept of it; null where it was interrupted.</summary>
    public SweepCell? Do(IProgress<double> share, CancellationToken cancel)
    {
        var values = Call.Cells[Number - 1];
        var settings = Call.Sweep.Axes.Zip(values).ToDictionary(pair => pair.First.Key, pair => pair.Second.Written);
        try
        {
            var (result, exitCode, message) = Outcome(share, cancel);
            return new SweepCell(
                Number,
                settings,
                exitCode,
                message,
                true,
                result,
                Regime.Of(Call.Sweep.Command, result, Problem)?.ToJson()
            );
        }
        catch (OperationCanceledException) when (cancel.IsCancellationRequested)
        {
            return null;
        }
        catch (Exception failure)
        {
            var placed = failure is FaultException fault ? new FaultException(SweepModule.place(Call.Sweep, values, fault.Fault)) : failure;
            using var text = new StringWriter();
            var exitCode = Failure.Report(placed, ["sweep", Call.Request.File, $"(cell {Number})"], text);
            // Where the machine failed and not the input, the cell is tried again.
            return new SweepCell(Number, settings, exitCode, text.ToString().Split('\n')[0].Trim(), failure is FaultException, null, null);
        }
    }

    private (JsonObject Result, int ExitCode, string? Message) Outcome(IProgress<double> share, CancellationToken cancel) =>
        Call.Sweep.Command switch
        {
            CellCommand.Run => Run(share, cancel),
            CellCommand.Solve => Solve(cancel),
            _ => Lazy(cancel),
        };

    private (JsonObject, int, string?) Run(IProgress<double> share, CancellationToken cancel)
    {
        var run = PreparedRun.Of(Problem, Call.ProblemFolder);
        var options = new SimulationOptions(Threads, Call.ProblemFolder, Folder.RunOf(Number), Force: true)
        {
            CheckpointSeconds = Call.Request.CheckpointSeconds ?? Keeping.DefaultSeconds,
        };
        var left = Resumption.Left(Folder.RunOf(Number), run, options.Recorded, Keeping.Warn);
        var pairs = SimulationRun.Pairs(run) * (1 - (double)(left?.Step ?? 0) / Problem.Run.Steps);
        var result = SimulationRun.Of(run, options, new Shared(share, pairs), cancel, left);
        if (result.Status is RunStatus.Cancelled)
            throw new OperationCanceledException(cancel);
        var json = RunResultJson.Of(result);
        json["folder"] = SweepFolder.RelativeRunOf(Number);
        return (json, RunReport.ExitCode(result), result.Status.Reason);
    }

    private (JsonObject, int, string?) Solve(CancellationToken cancel)
    {
        using var folder = Opened(keeping => Of(keeping).Open());
        var solution = Keeping.During(folder.Journal, () => Of(Keeping.Unsaid).Solution(folder, cancel));
        return (SolutionJson.Of(solution), SolveReport.ExitCode(solution), solution.Certificate.Obstacle);

        SolveCall Of(Keeping keeping) =>
            new(Problem, Call.ProblemFolder, new SolveRequest(Call.Request.File, null, null, null, null, keeping, Common), Screen);
    }

    private (JsonObject, int, string?) Lazy(CancellationToken cancel)
    {
        using var folder = Opened(keeping => Of(keeping).Open());
        var report = Keeping.During(folder.Journal, () => Of(Keeping.Unsaid).Report(folder.Journal, cancel));
        return (LazyJson.Of(report), LazyText.ExitCode(report), LazyText.Failures(report).FirstOrDefault());

        LazyCall Of(Keeping keeping) =>
            new(Problem, Call.ProblemFolder, new LazyRequest(Call.Request.File, null, null, null, null, keeping, Common), Screen);
    }

    /// <summary>The run folder of the cell, for the journal of its work: the one that a killed process has left, or, where another version has written it or it is damaged, a new one.</summary>
    private TFolder Opened<TFolder>(Func<Keeping, TFolder> open)
    {
        var begun = new Keeping(Call.Request.CheckpointSeconds, null);
        if (!KeptCall.IsIn(Folder.RunOf(Number)))
            return open(begun);
        try
        {
            return open(begun with { Resume = Folder.RunOf(Number) });
        }
        catch (FaultException failure)
        {
            Keeping.Warn($"{FaultModule.message(failure.Fault)}; it begins again");
            return open(begun);
        }
    }

    private CommonRequest Common => Call.Request.Common with { Threads = Threads, OutputFolder = Folder.RunOf(Number), Force = true };

    private Screen Screen => Call.Screen with { Quiet = true };

    private sealed class Shared(IProgress<double> share, double total) : IProgress<double>
    {
        public void Report(double value) => share.Report(value / total);
    }
}

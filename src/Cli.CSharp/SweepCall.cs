using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Sweeps;
using Microsoft.FSharp.Collections;

namespace MeanField.Cli;

/// <summary>One call of 'workbench sweep', its file and the problems of all cells read.</summary>
internal sealed record SweepCall(Sweep Sweep, IReadOnlyList<Problem> Problems, string ProblemFolder, SweepRequest Request, Screen Screen)
{
    private const int CellFailed = 3;

    /// <summary>The values of each cell, in order.</summary>
    public IReadOnlyList<FSharpList<SweepValue>> Cells { get; } = [.. SweepModule.cells(Sweep)];

    private CommonRequest Common => Request.Common;

    /// <summary>Does the cells that are missing, writes the table of all, and answers the exit code.</summary>
    public int Run(CancellationToken cancel)
    {
        var identity = SweepIdentity.Of(Sweep, Problems, ProblemFolder);
        using var folder = SweepFolder.Open(
            Request.Resume ?? Common.OutputFolder,
            identity,
            Problems[0].Title,
            ProblemFolder,
            Common.Force
        );
        var done = folder.Done().Where(cell => cell.IsFinal).Select(cell => cell.Number).ToHashSet();
        int[] missing = [.. Enumerable.Range(1, Problems.Count).Where(number => !done.Contains(number))];
        if (done.Count > 0 && !Screen.Quiet)
            Console.Error.WriteLine($"{done.Count} of {Problems.Count} cells are done already, in {folder.Path}");
        if (missing.Length > 0)
            WorkProgress.During(Screen, Problems[0].Title, missing.Length, "cells", progress => Do(missing, folder, progress, cancel));
        if (cancel.IsCancellationRequested)
            throw Interrupted(folder, cancel);
        var cells = folder.Done();
        var table = SweepTable.Of(Sweep, cells);
        folder.WriteTable(table);
        SweepReport.Write(Screen, Sweep, cells, folder.Path, Common.Json);
        return cells.Any(cell => cell.ExitCode != 0) ? CellFailed : 0;
    }

    /// <summary>Cells side by side, one thread each; where they are fewer than the threads these share them. No result depends on it.</summary>
    private int Do(int[] missing, SweepFolder folder, IProgress<double> progress, CancellationToken cancel)
    {
        var crew = Math.Min(missing.Length, Common.Threads);
        var shares = new SweepProgress(progress, [.. missing.Select(number => SweepProgress.Work(Sweep.Command, Problems[number - 1]))]);
        using var team = new Team(crew);
        team.Run(
            missing.Length,
            (item, _) =>
            {
                if (cancel.IsCancellationRequested)
                    return;
                var number = missing[item];
                var call = new SweepCellCall(this, number, Common.Threads / crew, folder);
                if (call.Do(shares.Of(item), cancel) is { } cell)
                    folder.Write(cell);
                shares.Done(item);
            }
        );
        return missing.Length;
    }

    private OperationCanceledException Interrupted(SweepFolder folder, CancellationToken cancel)
    {
        Console.Error.WriteLine(
            $"{folder.Done().Count} of {Problems.Count} cells are done; go on by: workbench sweep {Request.File} --resume {folder.Path}"
        );
        return new OperationCanceledException(cancel);
    }
}

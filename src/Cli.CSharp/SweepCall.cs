using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Sweeps;
using Microsoft.FSharp.Collections;

namespace MeanField.Cli;

/// <summary>One call of 'workbench sweep', its file and the problems of all cells read. Several processes take the cells in turns, each the next one
/// that nobody has; the first one writes the table of all and prints.</summary>
internal sealed record SweepCall(
    Sweep Sweep,
    IReadOnlyList<Problem> Problems,
    string ProblemFolder,
    SweepRequest Request,
    Screen Screen,
    ICommunicator Ranks
)
{
    private const int CellFailed = 3;

    /// <summary>The values of each cell, in order.</summary>
    public IReadOnlyList<FSharpList<SweepValue>> Cells { get; } = [.. SweepModule.cells(Sweep)];

    private CommonRequest Common => Request.Common;

    /// <summary>Does the cells that are missing, writes the table of all, and answers the exit code.</summary>
    public int Run(CancellationToken cancel)
    {
        using var folder = Opened(SweepIdentity.Of(Sweep, Problems, ProblemFolder));
        var done = folder.Done(Problems.Count).Where(cell => cell.IsFinal).Select(cell => cell.Number).ToHashSet();
        // A killed process may have kept the cell and not come to this.
        foreach (var number in done)
            Tidy(number, folder);
        int[] missing = [.. Enumerable.Range(1, Problems.Count).Where(number => !done.Contains(number))];
        if (done.Count > 0 && !Screen.Quiet)
            Console.Error.WriteLine($"{done.Count} of {Problems.Count} cells are done already, in {folder.Path}");
        var isWhole =
            missing.Length > 0
                ? WorkProgress.During(Screen, Problems[0].Title, missing.Length, "cells", progress => Do(missing, folder, progress, cancel))
                : AllAreDone(cancel);
        if (!isWhole)
            throw Interrupted(folder, cancel);
        return (int)Ranks.Told(Ranks.Rank == 0 ? Table(folder) : 0)[0];
    }

    /// <summary>Collective. The first process opens the folder and tells the others which one it is.</summary>
    private SweepFolder Opened(SweepIdentity identity)
    {
        var asked = Request.Resume ?? Common.OutputFolder;
        if (Ranks.Rank > 0)
            return SweepFolder.Join(Ranks.FromFirst(null), identity);
        var folder = SweepFolder.Open(asked, identity, Problems[0].Title, ProblemFolder, Common.Force);
        Ranks.FromFirst(folder.Path);
        return folder;
    }

    private int Table(SweepFolder folder)
    {
        folder.DeleteClaims();
        var cells = folder.Done(Problems.Count);
        folder.WriteTable(SweepTable.Of(Sweep, cells));
        SweepReport.Write(Screen, Sweep, cells, folder.Path, Common.Json);
        return cells.Any(cell => cell.ExitCode != 0) ? CellFailed : 0;
    }

    /// <summary>Cells side by side, one thread each; where they are fewer than the threads these share them. No result depends on it. Answers whether
    /// all processes came to the end.</summary>
    private bool Do(int[] missing, SweepFolder folder, IProgress<double> progress, CancellationToken cancel)
    {
        var crew = Math.Min((missing.Length + Ranks.Size - 1) / Ranks.Size, Common.Threads);
        var shares = new SweepProgress(progress, [.. missing.Select(number => SweepProgress.Work(Sweep.Command, Problems[number - 1]))]);
        var elsewhere = new bool[missing.Length];
        using var team = new Team(crew);
        team.Run(missing.Length, (item, _) => elsewhere[item] = !IsOurs(item));
        var isWhole = AllAreDone(cancel);
        for (var item = 0; item < missing.Length; item++)
            if (isWhole && elsewhere[item])
                shares.Done(item);
        return isWhole;

        bool IsOurs(int item)
        {
            if (cancel.IsCancellationRequested)
                return true;
            var number = missing[item];
            if (Ranks.Size > 1 && !folder.Claim(number))
            {
                // Nobody tells how far it is; the end waits for it.
                shares.Of(item).Report(1);
                return false;
            }
            var call = new SweepCellCall(this, number, Common.Threads / crew, folder);
            if (call.Do(shares.Of(item), cancel) is { } cell)
                Keep(cell, folder);
            shares.Done(item);
            return true;
        }
    }

    /// <summary>Keeps a finished cell; what it was found by is kept no longer.</summary>
    private void Keep(SweepCell cell, SweepFolder folder)
    {
        folder.Write(cell);
        if (cell.IsFinal)
            Tidy(cell.Number, folder);
    }

    /// <summary>The run folder of a cell of 'run' is a result of its own, that of another command keeps its journal.</summary>
    private void Tidy(int number, SweepFolder folder)
    {
        if (Sweep.Command != CellCommand.Run)
            folder.DeleteRunOf(number);
    }

    /// <summary>Collective. Waits for all processes; false where one was told to stop.</summary>
    private bool AllAreDone(CancellationToken cancel) => Ranks.Told(cancel.IsCancellationRequested ? 1 : 0).All(stopped => stopped == 0);

    private OperationCanceledException Interrupted(SweepFolder folder, CancellationToken cancel)
    {
        Console.Error.WriteLine(
            $"{folder.Done(Problems.Count).Count} of {Problems.Count} cells are done; go on by: workbench sweep {Request.File} --resume {folder.Path}"
        );
        return new OperationCanceledException(cancel);
    }
}

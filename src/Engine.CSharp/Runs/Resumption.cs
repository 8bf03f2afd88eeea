using MeanField.Core;

namespace MeanField.Engine.Runs;

/// <summary>A run to go on with.</summary>
/// <param name="Recorded">The run as its folder tells it.</param>
/// <param name="Folder">Its folder, ours by now.</param>
/// <param name="Checkpoint">The newest sound checkpoint in it; null where the run begins again.</param>
/// <param name="Warnings">What the user should know of checkpoints and versions.</param>
public sealed record Resumption(RecordedRun Recorded, RunFolder Folder, string? Checkpoint, IReadOnlyList<string> Warnings)
{
    /// <summary>Steps taken by earlier processes.</summary>
    public long Step => Checkpoint is null ? 0 : Runs.Checkpoint.Step(Checkpoint);

    /// <summary>Prepares to go on with a recorded run, whose problem and options must be those of <paramref name="run"/>; where another process
    /// <paramref name="writes"/> for this one the folder is read alone.</summary>
    /// <exception cref="FaultException">The run has ended, another process writes to it, something differs that its results depend on, or the checkpoint
    /// has another format.</exception>
    public static Resumption Of(RecordedRun recorded, PreparedRun run, RunOptions options, bool writes = true)
    {
        Check(recorded, run.Problem, options);
        if (recorded.ProgramHash != run.Programs.Step.Hash)
            throw Refused(
                recorded,
                "another program of its step",
                "the formulas that the run has compiled",
                "constants or the workbench have changed: run again"
            );
        if (recorded.InputHash is { } hash && hash != run.InputHash)
            throw Refused(
                recorded,
                "other numbers in the files of data or of the start",
                "those that the run has read",
                "restore the files, or run again"
            );
        var folder = writes ? RunFolder.Reopen(recorded.Folder) : RunFolder.Unwritten(recorded.Folder);
        // Another process may have finished it before the folder became ours.
        if (RecordedRun.Read(recorded.Folder) is { HasEnded: true } ended)
        {
            folder.Dispose();
            CheckUnended(ended);
        }
        var (warnings, damaged) = (new List<string>(), new List<string>());
        if (recorded.Workbench != Platform.Here().Workbench)
            warnings.Add(
                $"the run was begun by version {recorded.Workbench}, this is {Platform.Here().Workbench}: its last bits may differ"
            );
        var checkpoint = Runs.Checkpoint.Newest(folder.Path, damaged.Add);
        if (checkpoint is null && damaged.Count > 0)
            damaged.Add("no checkpoint is sound: the run begins again");
        if (checkpoint is not null)
            CheckFormat(recorded, folder, checkpoint, run.Problem.Run.Steps);
        return new Resumption(recorded, folder, checkpoint, [.. warnings, .. damaged]);
    }

    /// <summary>A run that a killed or interrupted process has left in a folder; null where there is none that could be gone on with, so that the run
    /// begins there from the start. What the user should know is told.</summary>
    public static Resumption? Left(string folder, PreparedRun run, RunOptions options, Action<string> warned)
    {
        try
        {
            if (!RecordedRun.IsIn(folder) || RecordedRun.Read(folder) is not { HasEnded: false } recorded)
                return null;
            var left = Of(recorded, run, options);
            foreach (var warning in left.Warnings)
                warned($"{folder}: {warning}");
            return left;
        }
        catch (FaultException failure)
        {
            warned($"{FaultModule.message(failure.Fault)}; it begins again");
            return null;
        }
    }

    /// <summary>Refuses what would not go on with a recorded run but begin another one.</summary>
    /// <exception cref="FaultException">The keys that differ, or a run that ended before its last step.</exception>
    public static void Check(RecordedRun recorded, Problem problem, RunOptions options)
    {
        CheckSame(recorded, problem, options);
        if (!recorded.IsCompleted)
            CheckUnended(recorded);
    }

    /// <summary>Refuses another problem or other options than those of a recorded run.</summary>
    /// <exception cref="FaultException">The keys that differ.</exception>
    public static void CheckSame(RecordedRun recorded, Problem problem, RunOptions options)
    {
        var differences = RunDifferences.Between(recorded, problem, options).ToArray();
        if (differences.Length > 0)
            throw Refused(
                recorded,
                $"other values of {string.Join(", ", differences)}",
                "the problem and the options of that run",
                "set them as they were, or run into another folder"
            );
    }

    private static void CheckUnended(RecordedRun recorded)
    {
        if (recorded.HasEnded)
            throw Refused(
                recorded,
                $"a run that has ended, {recorded.Status}: {recorded.StatusReason}",
                "a run that was interrupted",
                "run again into another folder"
            );
    }

    /// <summary>The folder of what is refused is free again.</summary>
    private static void CheckFormat(RecordedRun recorded, RunFolder folder, string checkpoint, int steps)
    {
        try
        {
            Runs.Checkpoint.RequireFormat(folder.Path, checkpoint, CheckpointFiles.VersionOf(checkpoint), CheckpointFiles.FormatVersion);
            if (Runs.Checkpoint.Step(checkpoint) > steps)
                throw Refused(
                    recorded,
                    $"{Path.GetFileName(checkpoint)}, beyond the last step",
                    $"checkpoints of a run of {steps} steps",
                    "delete this checkpoint"
                );
        }
        catch
        {
            folder.Dispose();
            throw;
        }
    }

    private static FaultException Refused(RecordedRun recorded, string found, string expected, string remedy) =>
        new(FaultModule.invalid(Location.OfFile(recorded.Folder), found, expected, "", remedy));
}

using MeanField.Core;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Minimisers;

/// <summary>The recorded runs of a problem that is solved: only they have its minimum.</summary>
public static class RunOfProblem
{
    /// <summary>What says how a minimum is looked for, not of what.</summary>
    private static readonly string[] Idle = ["title", "run.", "solve."];

    /// <summary>Reads a completed run of the problem.</summary>
    /// <exception cref="FaultException">No run folder, a run that has not ended well, the keys that differ, or other data.</exception>
    public static RecordedRun Read(string folder, MinimiserProblem problem)
    {
        var recorded = RecordedRun.Read(folder);
        if (!recorded.IsCompleted || recorded.Problem() is not { } theirs)
            throw Refused(
                recorded,
                $"a run that is {recorded.Status}",
                "a run that has taken all its steps",
                "go on with it by 'workbench run --resume'"
            );
        var differences = RunDifferences.Between(theirs, problem.Problem, IsIdle).ToArray();
        if (differences.Length > 0)
            throw Refused(
                recorded,
                $"a run of another problem: {string.Join(", ", differences)}",
                "a run of the problem that is solved, [run] and [solve] apart",
                "set the keys as they were in the run, or name another folder"
            );
        if (theirs.Run.Start.Kind != StartKind.File && recorded.InputHash is { } hash && hash != InputHash.Of(problem.Input, []))
            throw Refused(recorded, "a run on other data", "the numbers that the run has read", "restore the data files, or run again");
        return recorded;
    }

    private static bool IsIdle(string key) => Idle.Any(start => key.StartsWith(start, StringComparison.Ordinal));

    private static FaultException Refused(RecordedRun recorded, string found, string expected, string remedy) =>
        new(FaultModule.invalid(Location.OfFile(recorded.Folder), found, expected, "", remedy));
}

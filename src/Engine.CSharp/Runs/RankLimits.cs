using MeanField.Core;

namespace MeanField.Engine.Runs;

/// <summary>What several processes cannot share yet, and that they compute the same run.</summary>
internal static class RankLimits
{
    /// <summary>Collective. Refuses, rather than compute it wrongly, what needs more than the sums of the particles; <paramref name="step"/> is where the run goes on.</summary>
    /// <exception cref="FaultException">What is not shared, or that the processes read different numbers.</exception>
    public static void Check(PreparedRun run, SimulationOptions options, long step)
    {
        if (options.Ranks.Size == 1)
            return;
        if (run.Problem.Run.Dynamics == Dynamics.Foellmer)
            throw Refused("run.dynamics = \"foellmer\"");
        if (options.Bridges)
            throw Refused("--kl");
        if (options.Compares)
            throw Refused("--excess");
        if (run.HasOthers)
            throw Refused("an objective that pairs particles with one another");
        CheckSame(
            options,
            FormattableString.Invariant($"{step} {run.Programs.Step.Hash} {run.InputHash} {ProblemModule.toToml(run.Problem)}")
        );
    }

    private static void CheckSame(SimulationOptions options, string identity)
    {
        if (options.Ranks.Told(Print(identity)).Distinct().Count() > 1)
            throw new FaultException(
                FaultModule.invalid(
                    Location.OfFile("mpirun"),
                    "processes that read different problems, data or checkpoints",
                    "the same files on every machine",
                    "",
                    "copy the files, and take one version of the workbench"
                )
            );
    }

    /// <summary>FNV-1a in 32 bits, which a binary64 number holds.</summary>
    private static double Print(string text) => text.Aggregate(2166136261u, (hash, letter) => unchecked((hash ^ letter) * 16777619u));

    private static FaultException Refused(string found) =>
        new(
            FaultModule.unsupported(
                Location.OfFile("mpirun"),
                $"{found}, which several processes do not share yet",
                "a run of which they exchange sums alone",
                "",
                "run it in one process, with --threads"
            )
        );
}

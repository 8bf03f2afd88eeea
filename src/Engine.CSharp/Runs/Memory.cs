using MeanField.Core;

namespace MeanField.Engine.Runs;

/// <summary>The memory that a run's particles need, before it is asked for.</summary>
internal static class Memory
{
    // State and next state; the rows of the snapshot and of the summary.
    private const int CopiesOfParticles = 4;

    /// <summary>Refuses ensembles that do not fit into the memory this process may use.</summary>
    /// <exception cref="FaultException">The bytes needed, the bytes there are, and the remedy.</exception>
    public static void Check(PreparedRun run)
    {
        var settings = run.Problem.Run;
        var dimension = run.Programs.Step.Blocks.Sum(block => block.Width);
        var needed = (double)settings.Replicas * settings.Particles * dimension * sizeof(double) * CopiesOfParticles;
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        CheckRows(run, dimension);
        if (needed > available)
            throw new FaultException(
                FaultModule.invalid(
                    run.Problem.Places.Of("run.particles"),
                    FormattableString.Invariant(
                        $"{settings.Replicas} replicas of {settings.Particles} particles in {dimension} dimensions, {needed / 1e9:F1} GB"
                    ),
                    FormattableString.Invariant($"at most {available / 1e9:F1} GB, the memory of this process"),
                    "",
                    "take fewer particles or replicas"
                )
            );
    }

    /// <summary>The rows of one replica are one array, whatever the memory.</summary>
    private static void CheckRows(PreparedRun run, int dimension)
    {
        var particles = run.Problem.Run.Particles;
        if ((long)particles * dimension > Array.MaxLength)
            throw new FaultException(
                FaultModule.invalid(
                    run.Problem.Places.Of("run.particles"),
                    $"{particles} particles in {dimension} dimensions",
                    $"at most {Array.MaxLength / dimension} particles of one replica",
                    "",
                    "take several replicas"
                )
            );
    }
}

using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Runs;

/// <summary>The memory that a run needs, before it is asked for.</summary>
internal static class Memory
{
    // State and next state; the rows of the snapshot and of the summary.
    private const int CopiesOfParticles = 4;

    /// <summary>Refuses runs that do not fit into the memory this process may use: particles, sums over superblocks, recorded moments.</summary>
    /// <exception cref="FaultException">The bytes needed, the bytes there are, and the remedy.</exception>
    public static void Check(PreparedRun run, int threads)
    {
        var layout = new ParticleLayout(run.Problem.Run.Particles, KernelProgramModule.dimension(run.Programs.Step));
        CheckRows(run, layout.Dimension);
        var crews = Simulation.Crews(layout, run.Problem.Run.Replicas, threads);
        var (particles, sums, moments) = (Particles(run, layout), crews * Sums(run, layout), Moments(run));
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (particles + sums + moments > available)
            throw new FaultException(
                FaultModule.invalid(
                    run.Problem.Places.Of("run.particles"),
                    FormattableString.Invariant(
                        $"{particles / 1e9:F1} GB of particles, {sums / 1e9:F1} GB of sums over them at the nodes, {moments / 1e9:F1} GB of recorded moments"
                    ),
                    FormattableString.Invariant($"at most {available / 1e9:F1} GB, the memory of this process"),
                    "",
                    "take fewer particles, replicas, nodes, threads or recorded rows"
                )
            );
    }

    private static double Particles(PreparedRun run, ParticleLayout layout) =>
        (double)run.Problem.Run.Replicas
        * layout.Length
        * sizeof(double)
        * (CopiesOfParticles + (run.Problem.Run.Scheme == Scheme.Heun ? 1 : 0));

    /// <summary>One sum per superblock, node and component of every reduction, in one evaluation of each program.</summary>
    private static double Sums(PreparedRun run, ParticleLayout layout) =>
        new[] { run.Step, run.Metrics, run.PlugIn }.OfType<CompiledProgram>().Sum(compiled => SumsOf(compiled.Program, run.Nodes))
        * layout.Superblocks
        * sizeof(double);

    private static double SumsOf(KernelProgram program, int nodes) =>
        program
            .Stages.SelectMany(stage => stage.Reductions)
            .Select(reduction => program.Code[reduction])
            .Sum(value => (double)value.Width * (value.Axes.HasFlag(Axes.Node) ? nodes : 1));

    private static double Moments(PreparedRun run) =>
        run.HasFit
            ? (double)run.Problem.Run.Replicas * Math.Min(run.Problem.Run.Record, run.Problem.Run.Steps) * run.Nodes * sizeof(double)
            : 0;

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

using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Runs;

/// <summary>The memory that a run needs, before it is asked for.</summary>
internal static class Memory
{
    /// <summary>Refuses runs that do not fit into the memory this process may use: particles, evaluations, recorded moments.</summary>
    /// <exception cref="FaultException">The bytes needed, the bytes there are, and the remedy.</exception>
    public static void Check(PreparedRun run, int threads)
    {
        var layout = new ParticleLayout(run.Problem.Run.Particles, KernelProgramModule.dimension(run.Programs.Step));
        CheckRows(run, layout.Dimension);
        var (particles, evaluations, moments) = (Particles(run, layout), Evaluations(run, layout, threads), Moments(run));
        var available = GC.GetGCMemoryInfo().TotalAvailableMemoryBytes;
        if (particles + evaluations + moments > available)
            throw new FaultException(
                FaultModule.invalid(
                    run.Problem.Places.Of("run.particles"),
                    FormattableString.Invariant(
                        $"{particles / 1e9:F1} GB of particles, {evaluations / 1e9:F1} GB to evaluate their drifts and sums, {moments / 1e9:F1} GB of recorded moments"
                    ),
                    FormattableString.Invariant($"at most {available / 1e9:F1} GB, the memory of this process"),
                    "",
                    "take fewer particles, replicas, nodes, threads or recorded rows"
                )
            );
    }

    /// <summary>State, next state, with Heun's scheme a predicted one and a copy that is being written, in the format of the run; rows in double,
    /// once more in single where files have that.</summary>
    private static double Particles(PreparedRun run, ParticleLayout layout)
    {
        var format = run.Step.ParticleFormat;
        var states = run.Problem.Run.Scheme == Scheme.Heun ? 4 : 3;
        var bytes = states * format.Bytes + sizeof(double) + (format == NumberFormat.Single ? format.Bytes : 0);
        return (double)run.Problem.Run.Replicas * layout.Length * bytes;
    }

    /// <summary>What every crew binds and, at the end, the errors of one replica.</summary>
    private static double Evaluations(PreparedRun run, ParticleLayout layout, int threads)
    {
        var crews = Simulation.Crews(layout, run.Problem.Run.Replicas, threads);
        var workers = crews == 1 ? threads : 1;
        var cap = Evaluation.DefaultMemoryCap / crews;
        var step = run.Batch is null
            ? Of(run.Step, run.Nodes, workers, cap)
            : Of(run.Step, run.Nodes, workers, 0) + Of(run.Batch, run.Problem.Run.Batch.Samples, workers, cap);
        return crews * (step + Of(run.Metrics, run.Nodes, workers, 0)) + Of(run.PlugIn, run.Nodes, 1, 0);

        double Of(CompiledProgram? program, int nodes, int workersOfOne, long memoryCap) =>
            program is null ? 0 : EvaluationMemory.Of(program, layout, nodes, workersOfOne, memoryCap).Total;
    }

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

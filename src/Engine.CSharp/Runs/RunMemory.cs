using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Runs;

/// <summary>The memory that a run needs, before it is asked for, in bytes.</summary>
/// <param name="Particles">States of all replicas, and a copy that is being written.</param>
/// <param name="Evaluations">What steps and the quantities at the end evaluate.</param>
/// <param name="Moments">Recorded moments at the nodes.</param>
/// <param name="Bridges">Averages over Brownian bridges; 0 where the run has none.</param>
/// <param name="Available">What this process may use.</param>
public sealed record RunMemory(double Particles, double Evaluations, double Moments, double Bridges, double Available)
{
    /// <summary>All that is needed.</summary>
    public double Bytes => Particles + Evaluations + Moments + Bridges;

    /// <summary>Why the run cannot be: the bytes needed, the bytes there are, and the remedy. Null where it fits.</summary>
    public FaultException? Refusal { get; private init; }

    /// <summary>Whether the run fits.</summary>
    public bool Fits => Refusal is null;

    /// <summary>The memory of a run; nothing of it is asked for.</summary>
    public static RunMemory Of(PreparedRun run, SimulationOptions options)
    {
        var layout = new ParticleLayout(run.Problem.Run.Particles, KernelProgramModule.dimension(run.Programs.Step));
        var memory = new RunMemory(
            OfParticles(run, layout),
            OfEvaluations(run, layout, options) + DonskerVaradhan.MemoryOf(layout),
            OfMoments(run),
            options.Bridges ? OfBridges(run, layout) : 0,
            GC.GetGCMemoryInfo().TotalAvailableMemoryBytes / options.Ranks.OnThisMachine
        );
        return memory with
        {
            Refusal = RowsRefused(run, layout.Dimension) ?? (memory.Bytes > memory.Available ? memory.Refused(run) : null),
        };
    }

    /// <summary>Refuses runs that do not fit.</summary>
    /// <exception cref="FaultException">As <see cref="Refusal"/>.</exception>
    internal static void Check(PreparedRun run, SimulationOptions options)
    {
        if (Of(run, options).Refusal is { } refusal)
            throw refusal;
    }

    private FaultException Refused(PreparedRun run) =>
        new(
            FaultModule.invalid(
                run.Problem.Places.Of("run.particles"),
                FormattableString.Invariant(
                    $"{Particles / 1e9:F1} GB of particles, {Evaluations / 1e9:F1} GB to evaluate their drifts and sums, {(Moments + Bridges) / 1e9:F1} GB of recorded moments and bridges"
                ),
                FormattableString.Invariant($"at most {Available / 1e9:F1} GB, the memory of this process"),
                "",
                "take fewer particles, replicas, nodes, fresh samples a step, threads or recorded rows"
            )
        );

    /// <summary>States, with Heun's scheme predicted ones, too, in the format of the run; a copy that is being written, where it is small; rows of a part
    /// in double and in the format of the file.</summary>
    private static double OfParticles(PreparedRun run, ParticleLayout layout)
    {
        var bytes = (double)run.Problem.Run.Replicas * layout.Length * run.Step.ParticleFormat.Bytes;
        var copy = bytes > BackgroundWriter.LargestCopy ? 0 : bytes;
        return bytes * (run.Problem.Run.Scheme == Scheme.Heun ? 2 : 1)
            + copy
            + 2.0 * sizeof(double) * Math.Min(layout.PartSize, layout.PaddedParticles) * layout.Dimension;
    }

    /// <summary>What every crew binds and, at the end, the errors of one replica and its fit over fresh samples and held-out rows.</summary>
    private static double OfEvaluations(PreparedRun run, ParticleLayout layout, SimulationOptions options)
    {
        var processes = options.Ranks.Size;
        var crews = Simulation.Crews(layout, run.Problem.Run.Replicas, options);
        var workers = crews == 1 ? options.Threads : 1;
        var cap = Simulation.MemoryCap(crews, options);
        var step = run.Batch is null
            ? Of(run.Step, run.Nodes, workers, cap)
            : Of(run.Step, run.Nodes, workers, 0) + Of(run.Batch, run.Problem.Run.Batch.Samples, workers, cap);
        // A recorded step keeps its pair values where the others do.
        var recorded = run.Metrics is null
            ? 0
            : (EvaluationMemory.Of(run.Metrics, layout, run.Nodes, workers, cap, processes) with { Pairs = 0 }).Total;
        return crews * (step + Samples(run.Batch is null ? 0 : run.Problem.Run.Batch.Samples) + recorded) + AtEnd();

        double AtEnd() =>
            Of(run.PlugIn, run.Nodes, 1, 0)
            + (run.Input is { IsExact: false } ? Of(run.Fit, FreshRisk.Inputs, 1, 0) + Samples(FreshRisk.Inputs) : 0)
            + (run.Input?.HeldOut is { } held ? Of(run.Fit, held.Count, 1, 0) : 0);

        double Samples(int count) => (double)count * (run.Problem.Input is { Value: var input } ? input.Dimension + 2 : 0) * sizeof(double);

        double Of(CompiledProgram? program, int nodes, int workersOfOne, long memoryCap) =>
            program is null ? 0 : EvaluationMemory.Of(program, layout, nodes, workersOfOne, memoryCap, processes).Total;
    }

    /// <summary>None where the run is refused for another reason.</summary>
    private static double OfBridges(PreparedRun run, ParticleLayout layout)
    {
        var programs = DynamicsPrograms.frozen(run.Problem);
        return programs.IsOk ? BridgeAveraging.MemoryOf(run, programs.ResultValue, layout) : 0;
    }

    private static double OfMoments(PreparedRun run) =>
        run.HasFit
            ? (double)run.Problem.Run.Replicas * Math.Min(run.Problem.Run.Record, run.Problem.Run.Steps) * run.Nodes * sizeof(double)
            : 0;

    /// <summary>The rows of one replica are one array, whatever the memory.</summary>
    private static FaultException? RowsRefused(PreparedRun run, int dimension)
    {
        var particles = run.Problem.Run.Particles;
        return (long)particles * dimension <= Array.MaxLength
            ? null
            : new FaultException(
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

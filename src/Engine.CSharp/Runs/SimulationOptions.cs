using MeanField.Engine.Collectives;

namespace MeanField.Engine.Runs;

/// <summary>What a run is told beside the problem.</summary>
/// <param name="Threads">Threads, at least 1; no result depends on them.</param>
/// <param name="ProblemFolder">The folder from which data files are named.</param>
/// <param name="OutputFolder">The run folder, or null for a new one under runs/.</param>
/// <param name="Force">Overwrite the run in an existing folder.</param>
/// <param name="NoiseLevel">l: each step's Brownian increment is the sum of 2^l increments of the finer grid, so that a run with
/// 2^l times as many steps at level 0 sees the same path (theory.md, section 5: strong order).</param>
/// <param name="Bridges">Average over Brownian bridges for the divergence of one particle's law: the moments of every step are kept.</param>
/// <param name="Compares">Compare every control with the optimal one: both sides of the identity of the excess.</param>
/// <param name="CheckpointSeconds">Wall-clock time from one checkpoint to the next; 0 for one whenever the disk is free.</param>
/// <param name="Settings">Texts "table.key=value" that replaced keys of the problem file; the manifest keeps them.</param>
/// <param name="FirstReplica">The number of the first replica: the noise knows ensembles by number.</param>
/// <param name="FirstParticle">The number of the first particle, a multiple of 128: an ensemble of a part of another one's particles sees their noise.</param>
public sealed record SimulationOptions(
    int Threads,
    string ProblemFolder,
    string? OutputFolder,
    bool Force,
    int NoiseLevel = 0,
    bool Bridges = false,
    bool Compares = false,
    double CheckpointSeconds = 30,
    IReadOnlyList<string>? Settings = null,
    int FirstReplica = 0,
    int FirstParticle = 0
)
{
    /// <summary>The processes that share the particles; no result depends on them.</summary>
    public ICommunicator Ranks { get; init; } = OneProcess.Alone;

    /// <summary>Steps from one checkpoint to the next, beside those by time; null for those by time alone.</summary>
    public int? CheckpointSteps { get; init; }

    /// <summary>Hears the names of the scalars and every row of metrics as it is recorded, from the thread of the run; null for no one.</summary>
    public Action<IReadOnlyList<string>, MetricsRow>? Watcher { get; init; }

    /// <summary>What the manifest keeps.</summary>
    public RunOptions Recorded => new(NoiseLevel, Bridges, Compares, Threads, Settings ?? []);
}

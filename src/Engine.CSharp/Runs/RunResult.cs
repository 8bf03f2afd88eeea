using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Runs;

/// <summary>What a run was asked to do, resolved.</summary>
/// <param name="Dynamics">greedy, sgd, langevin or foellmer.</param>
/// <param name="Particles">N, particles of a replica.</param>
/// <param name="Steps">Time steps.</param>
/// <param name="Horizon">Total time.</param>
/// <param name="Seed">Seed of all noise.</param>
/// <param name="Replicas">R, independent ensembles.</param>
/// <param name="Precision">double, single or mixed.</param>
/// <param name="Threads">Threads used; no result depends on them.</param>
public sealed record RunSettings(
    string Dynamics,
    int Particles,
    long Steps,
    double Horizon,
    long Seed,
    int Replicas,
    string Precision,
    int Threads
);

/// <summary>The summary of a run: all that its table, its JSON object and its report show. Nothing is computed from it again.</summary>
/// <param name="Settings">What was asked.</param>
/// <param name="Status">How it ended.</param>
/// <param name="Estimates">What was measured at the end, or at the last good state.</param>
/// <param name="Law">Mean and covariance of the particles there.</param>
/// <param name="PairsPerSecond">Pairs of a particle and a node a second, R N n steps over the time of the steps; n is the batch where
/// steps take fresh samples. Heun's second evaluation does not count.</param>
/// <param name="Seconds">Wall-clock time of the whole run, in seconds.</param>
/// <param name="Digest">See <see cref="Runs.Digest"/>.</param>
/// <param name="Folder">The run folder.</param>
public sealed record RunResult(
    RunSettings Settings,
    RunStatus Status,
    RunEstimates Estimates,
    ParticleLaw Law,
    Quantity PairsPerSecond,
    Quantity Seconds,
    string Digest,
    string Folder
);

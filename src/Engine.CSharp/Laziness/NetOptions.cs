using MeanField.Core;
using MeanField.Engine.Journals;

namespace MeanField.Engine.Laziness;

/// <summary>How finite nets are simulated for a comparison.</summary>
/// <param name="Particles">N.</param>
/// <param name="Steps">K.</param>
/// <param name="Replicas">R, at least 2.</param>
/// <param name="Seed">Of their noise.</param>
/// <param name="Threads">Threads.</param>
/// <param name="Folder">From which data files are named.</param>
public sealed record NetOptions(int Particles, int Steps, int Replicas, long Seed, int Threads, string Folder)
{
    /// <summary>Keeps the nets that have been simulated.</summary>
    public Journal Journal { get; init; } = Journal.Unkept;

    /// <summary>All nodes in every step.</summary>
    internal static Batch AllNodes { get; } = new(true, 0);

    /// <summary>A problem with such a run.</summary>
    internal Problem Of(Problem problem, Dynamics dynamics, Scheme scheme, Batch batch) =>
        ProblemModule.withRun(dynamics, scheme, batch, Particles, Steps, Replicas, Seed, problem);
}

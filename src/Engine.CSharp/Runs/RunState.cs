namespace MeanField.Engine.Runs;

/// <summary>
/// The whole state of a run between two steps: with the problem and the options it determines all that follows, bit for bit, as noise and
/// samples are functions of the seed and the number of the step (docs/decisions/0003-determinism.md).
/// </summary>
/// <param name="Step">Steps taken.</param>
/// <param name="Seconds">Wall-clock time of the run so far.</param>
/// <param name="SecondsOfSteps">Of it, that of the steps.</param>
/// <param name="Particles">The particles of every replica.</param>
/// <param name="Costs">The control costs, by replica.</param>
/// <param name="Rows">The time series so far.</param>
/// <param name="Laws">The laws before every step taken, by replica, where the run averages over bridges; else none.</param>
internal sealed record RunState(
    long Step,
    double Seconds,
    double SecondsOfSteps,
    ParticleSnapshot Particles,
    IReadOnlyList<CostSums> Costs,
    IReadOnlyList<MetricsRow> Rows,
    IReadOnlyList<IReadOnlyList<LawMoments>> Laws
);

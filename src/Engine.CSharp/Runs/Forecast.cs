namespace MeanField.Engine.Runs;

/// <summary>
/// What a run will take: memory by its own bookkeeping, time by a few of its steps, taken and thrown away. No file is written. Not in the time: files, the
/// averages of --kl, the minimiser that a run needs.
/// </summary>
/// <param name="Memory">The bytes.</param>
/// <param name="Particles">Particles of the ensembles whose steps were measured: fewer than the run's where these are many.</param>
/// <param name="Start">Seconds to make the ensembles and build the kernels.</param>
/// <param name="Plain">A step of the run between rows of metrics.</param>
/// <param name="Recorded">A step of the run with a row of metrics.</param>
/// <param name="End">Seconds for the row of the state after the last step and the quantities at the end.</param>
/// <param name="PlainSteps">How many there are of the first kind.</param>
/// <param name="RecordedSteps">How many there are of the second kind.</param>
public sealed record Forecast(
    RunMemory Memory,
    int Particles,
    double Start,
    Measured Plain,
    Measured Recorded,
    double End,
    long PlainSteps,
    long RecordedSteps
)
{
    /// <summary>Seconds of the whole run.</summary>
    public double Seconds => Start + PlainSteps * Plain.Median + RecordedSteps * Recorded.Median + End;

    /// <summary>The error of it: every step as far off as the measured ones lie apart, since on a busy machine they are off together.</summary>
    public double Error => PlainSteps * Plain.Spread + RecordedSteps * Recorded.Spread;

    /// <summary>The share of the time by which recorded steps are longer than others.</summary>
    public double RecordingShare => Math.Max(0, RecordedSteps * (Recorded.Median - Plain.Median)) / Seconds;

    /// <summary>Collective. Measures a run that fits into <paramref name="memory"/>; where it needs the minimiser, it has it. Some tenths of a second,
    /// as long as a step is short.</summary>
    public static Forecast Of(PreparedRun run, RunMemory memory, SimulationOptions options, CancellationToken cancel)
    {
        RankLimits.Check(run, options, step: 0);
        var (sample, steps) = (StepSample.Of(run, options), run.Problem.Run.Steps);
        var recorded = 1 + (steps - 1) / Recorder.Stride(run.Problem.Run);
        Simulation? made = null;
        var start = Measured.Seconds(() => made = new Simulation(sample.Run, options));
        using var simulation = made!;
        var times = StepTimes.Of(simulation, steps, options.Ranks, cancel);
        var (first, again) = (Ending(sample.Run, simulation, options), Ending(sample.Run, simulation, options));
        return new Forecast(
            memory,
            sample.Run.Problem.Run.Particles,
            start + times.Kernels + Math.Max(0, first - again),
            Scaled(times.Plain),
            Scaled(times.Recorded),
            sample.Scale * again,
            steps - recorded,
            recorded
        );

        Measured Scaled(IEnumerable<double> seconds) => Measured.Of(seconds.Select(time => sample.Scale * time));
    }

    /// <summary>What a run does after its last step, of costs that say nothing; the first time builds kernels.</summary>
    private static double Ending(PreparedRun run, Simulation simulation, SimulationOptions options) =>
        Measured.Seconds(() =>
        {
            var (steps, horizon) = (run.Problem.Run.Steps, run.Problem.Run.Horizon.Value);
            var seen = simulation.Observe((uint)steps, new Breakdown());
            var costs = seen.Select(_ => new ReplicaCosts(horizon / steps)).ToArray();
            for (var replica = 0; replica < seen.Length; replica++)
                costs[replica].Record(0, seen[replica].DriftSquare);
            var end = new RunEnd(new RunStatus.Completed(), steps, seen, 0, null);
            new Summary(run, simulation, costs, end, ControlCostRule.Compares(run, options)).Estimates();
        });
}

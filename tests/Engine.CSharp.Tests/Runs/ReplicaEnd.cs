using MeanField.Engine.Runs;

namespace MeanField.Engine.Tests.Runs;

/// <summary>One replica at the end of a run: what the summary keeps of all of them only as means.</summary>
internal sealed record ReplicaEnd(
    double Risk,
    double RiskDebiased,
    double Mean,
    double Variance,
    double Cost,
    double[] Fhat,
    double[] Particles
)
{
    /// <summary>Runs a problem by its simulation; mean and variance are those of the first component within the replica.</summary>
    public static ReplicaEnd[] Of(PreparedRun run, int noiseLevel = 0, int threads = 2)
    {
        using var simulation = new Simulation(run, new SimulationOptions(threads, "", null, Force: false, noiseLevel));
        var settings = run.Problem.Run;
        var step = settings.Horizon.Value / settings.Steps;
        var costs = new double[settings.Replicas];
        for (var number = 0; number < settings.Steps; number++)
        {
            var seen = simulation.Advance(
                (uint)number,
                full: false,
                new Breakdown(),
                isNextFull: number + 1 < settings.Steps ? false : null
            );
            for (var replica = 0; replica < costs.Length; replica++)
                costs[replica] += step / 2 * seen[replica].ControlSquare;
        }
        var end = simulation.Observe((uint)settings.Steps, new Breakdown());
        return
        [
            .. simulation.Ensembles.Select(ensemble =>
                Of(end[ensemble.Replica], costs[ensemble.Replica], ensemble.Rows(), ensemble.Layout.Dimension)
            ),
        ];
    }

    private static ReplicaEnd Of(Observation seen, double cost, double[] rows, int dimension)
    {
        double[] first = [.. rows.Where((_, i) => i % dimension == 0)];
        var mean = first.Average();
        var variance = first.Average(w => (w - mean) * (w - mean));
        return new(seen.Risk, seen.RiskDebiased(first.Length), mean, variance, cost, seen.Fhat, rows);
    }
}

/// <summary>The mean of independent numbers and its standard error.</summary>
internal sealed record Sample(double Mean, double Error)
{
    public static Sample Of(IEnumerable<double> numbers)
    {
        var statistics = ReplicaStatistics.Of([.. numbers]);
        return new(statistics.Mean, statistics.StandardError!.Value);
    }

    /// <summary>What a run says of a quantity.</summary>
    public static Sample Of(Estimate estimate) => new(estimate.Value.Value!.Value, estimate.StandardError.Value!.Value);

    /// <summary>Four standard errors: a right program fails one comparison in 16000.</summary>
    public void Agrees(double expected, string what) =>
        Assert.True(
            Math.Abs(Mean - expected) <= 4 * Error,
            $"{what} is {Mean:G8} +- {Error:G2}, {(Mean - expected) / Error:F1} standard errors from {expected:G8}"
        );
}

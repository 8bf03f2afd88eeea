using MathNet.Numerics.Distributions;
using MeanField.Engine.Runs;
using MeanField.Engine.Tests.Runs;
using MeanField.Golden;

namespace MeanField.Engine.Tests.Campaigns;

/// <summary>How often the 95 % intervals of runs hold values that are known: a run a trial, each with a seed of its own.</summary>
internal sealed class Coverage
{
    private const double Level = 0.95;
    private readonly string problem;
    private readonly string[] settings;
    private readonly IReadOnlyDictionary<string, Func<RunResult, (Sample Seen, double Known)>> quantities;

    private Coverage(string problem, string[] settings, IReadOnlyDictionary<string, Func<RunResult, (Sample, double)>> quantities) =>
        (this.problem, this.settings, this.quantities) = (problem, settings, quantities);

    /// <summary>The greedy dynamics of T1: the values are those of the law, so that N must be large for their error of 1/N to hide.</summary>
    public static Coverage OfT1(int particles, int replicas) =>
        new(
            Problems.T1,
            ["run.steps=25", $"run.particles={particles}", $"run.replicas={replicas}"],
            new Dictionary<string, Func<RunResult, (Sample, double)>>
            {
                ["T1 risk"] = run => (Sample.Of(run.Estimates.Risk), Golden("T1.greedy25.risk")),
                ["T1 controlCost"] = run => (Sample.Of(run.Estimates.ControlCost), Golden("T1.greedy25.cost")),
                ["T1 mean"] = run => (new(run.Law.Mean[0], run.Law.MeanErrors![0]), Golden("T1.greedy25.mean")),
                ["T1 variance"] = run => (new(run.Law.Covariance[0][0], run.Law.CovarianceErrors![0][0]), Golden("T1.greedy25.variance")),
            }
        );

    /// <summary>The linear neuron L with 50 neurons and 100 steps, for which the values are exact.</summary>
    public static Coverage OfL(int replicas)
    {
        const int steps = 100;
        const double tau = 0.5;
        const double beta = 4;
        var mean = 1 - Math.Pow(1 - tau / steps * beta, steps);
        return new(
            Problems.Linear,
            [$"run.steps={steps}", "run.particles=50", $"run.replicas={replicas}"],
            new Dictionary<string, Func<RunResult, (Sample, double)>>
            {
                ["L risk"] = run => (Sample.Of(run.Estimates.Risk), Golden("LN.n50k100b1.fullBatch")),
                ["L mean[1]"] = run => (new(run.Law.Mean[0], run.Law.MeanErrors![0]), mean),
                ["L mean[2]"] = run => (new(run.Law.Mean[1], run.Law.MeanErrors![1]), -2 * mean),
            }
        );
    }

    /// <summary>The share of trials whose interval holds the value, for every quantity.</summary>
    public IReadOnlyDictionary<string, double> Of(int trials)
    {
        var held = quantities.Keys.ToDictionary(name => name, _ => 0);
        for (var trial = 1; trial <= trials; trial++)
        {
            var run = Problems.Run(Problems.Prepare(problem, [.. settings, "run.snapshots=0", "run.record=1", $"run.seed={trial}"]));
            foreach (var (name, of) in quantities)
                held[name] += Holds(of(run), run.Settings.Replicas) ? 1 : 0;
        }
        return held.ToDictionary(pair => pair.Key, pair => (double)pair.Value / trials);
    }

    private static bool Holds((Sample Seen, double Known) pair, int replicas) =>
        Math.Abs(pair.Seen.Mean - pair.Known) <= StudentT.InvCDF(0, 1, replicas - 1, (1 + Level) / 2) * pair.Seen.Error;

    private static double Golden(string key) => GoldenFile.Number(key).Value;
}

using MeanField.Core;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Tests.Minimisers;
using MeanField.Engine.Tests.Runs;
using MeanField.Golden;
using Interval = MeanField.Engine.Minimisers.Interval;

namespace MeanField.Engine.Tests.Campaigns;

/// <summary>
/// How often the 95 % intervals of sampled solutions hold F*, and how wide they are: a solution a trial, each with a seed of its own. F* is that of
/// theory section 9.
/// </summary>
internal sealed record Calibration(string Name, SolveMethod Method)
{
    /// <summary>Two standard deviations of a normal law on both sides.</summary>
    private const double IdealWidth = 2 * 1.959964;

    /// <summary>Importance sampling and annealing on two problems each.</summary>
    public static IReadOnlyList<Calibration> All { get; } =
    [
        new("T1", SolveMethod.Importance),
        new("T1", SolveMethod.SequentialMonteCarlo),
        new("ATOMS", SolveMethod.Importance),
        new("ATOMS", SolveMethod.SequentialMonteCarlo),
    ];

    /// <summary>The share of intervals that hold F*, and their mean width in the width that the standard deviation of their middles over trials would give.</summary>
    public (double Share, double Width) Of(int trials)
    {
        var known = GoldenFile.Number($"{Name}.freeEnergy").Value;
        Interval[] intervals = [.. Enumerable.Range(1, trials).Select(Solved)];
        double[] middles = [.. intervals.Select(one => (one.Low + one.High) / 2)];
        var mean = middles.Average();
        var deviation = Math.Sqrt(middles.Sum(middle => (middle - mean) * (middle - mean)) / (trials - 1));
        return (
            (double)intervals.Count(one => one.Low <= known && known <= one.High) / trials,
            intervals.Average(one => one.High - one.Low) / (IdealWidth * deviation)
        );
    }

    private Interval Solved(int trial)
    {
        var problem = MinimiserProblem.Of(Problems.Read(GibbsProblems.All[Name], $"solve.seed={trial}"), "");
        var solution = Minimiser.Of(problem, new SolveOptions(Method, null, 2), _ => { }, CancellationToken.None);
        return solution.Certificate.Interval
            ?? throw new InvalidOperationException($"{Name}, seed {trial}: {solution.Certificate.Obstacle}");
    }
}

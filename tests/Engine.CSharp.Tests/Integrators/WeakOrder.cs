using MeanField.Engine.Tests.Runs;

namespace MeanField.Engine.Tests.Integrators;

/// <summary>
/// The order of a scheme's expectations, measured: successive step counts share their noise, so that the differences of their means have
/// little of it; the order is the logarithm of the ratio of two differences.
/// </summary>
/// <param name="Order">log2 of the ratio.</param>
/// <param name="Error">Its standard error, from independent replicas.</param>
internal sealed record WeakOrder(double Order, double Error)
{
    /// <summary>The stated order is within 0.1 or three standard errors, as the issue of this measurement asks.</summary>
    public bool Agrees(int stated) => Math.Abs(Order - stated) <= Math.Max(0.1, 3 * Error);

    /// <summary>The orders of the mean and of the second moment of T1's particles, at time 1 (Langevin's: beta), by a scheme with <paramref name="steps"/>, twice and
    /// four times as many steps.</summary>
    public static (WeakOrder Mean, WeakOrder Square) Of(string dynamics, string scheme, int steps, int replicas, int particles = 2000)
    {
        var ends = new[] { steps, 2 * steps, 4 * steps }
            .Select((count, level) => ReplicaEnd.Of(At(count), noiseLevel: 2 - level))
            .ToArray();
        return (Measured(end => end.Mean), Measured(end => end.Variance + end.Mean * end.Mean));

        Engine.Runs.PreparedRun At(int count) =>
            Problems.Prepare(
                Problems.T1,
                "energy.beta=10",
                $"run.dynamics={dynamics}",
                // Langevin's clock runs slower by beta.
                $"run.horizon={(dynamics == "langevin" ? 10 : 1)}",
                $"run.scheme={scheme}",
                $"run.steps={count}",
                $"run.particles={particles}",
                $"run.replicas={replicas}",
                "run.seed=8"
            );

        WeakOrder Measured(Func<ReplicaEnd, double> of) =>
            Ratio(
                [.. ends[0].Zip(ends[1], (coarse, fine) => of(fine) - of(coarse))],
                [.. ends[1].Zip(ends[2], (coarse, fine) => of(fine) - of(coarse))]
            );
    }

    /// <summary>log2 of the ratio of the means, its error by the delta method: the differences are of the same replicas.</summary>
    private static WeakOrder Ratio(double[] coarse, double[] fine)
    {
        var (first, second) = (coarse.Average(), fine.Average());
        var relative = Runs.Sample.Of(coarse.Zip(fine, (one, other) => one / first - other / second));
        return new(Math.Log2(first / second), relative.Error / Math.Log(2));
    }
}

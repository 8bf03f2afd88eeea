using MeanField.Golden;

namespace MeanField.Engine.Tests.Runs;

/// <summary>The greedy dynamics of T1 against the law of its Euler chain, which theory section 9 has by quadrature, without particles.</summary>
public sealed class TanhGoldenTests
{
    private static double Golden(int steps, string quantity) => GoldenFile.Number($"T1.greedy{steps}.{quantity}").Value;

    [Theory]
    [InlineData("double")]
    [InlineData("mixed")]
    [InlineData("single")]
    public void A_million_particles_find_the_law_of_the_Euler_chain(string precision)
    {
        var result = Problems.Run(
            Problems.Prepare(
                Problems.T1,
                "run.steps=100",
                "run.particles=20000",
                "run.replicas=50",
                "run.snapshots=0",
                "run.seed=1",
                $"run.precision={precision}"
            )
        );
        var (risk, cost) = (result.Estimates.Risk, result.Estimates.ControlCost);

        // N neurons add at most what N independent ones would, about 0.13/N = 7e-6 here: less than one standard error.
        new Sample(risk.Value.Value!.Value, risk.StandardError.Value!.Value).Agrees(Golden(100, "risk"), "risk");
        new Sample(result.Law.Mean[0], result.Law.MeanErrors![0]).Agrees(Golden(100, "mean"), "mean");
        new Sample(result.Law.Covariance[0][0], result.Law.CovarianceErrors![0][0]).Agrees(Golden(100, "variance"), "variance");
        new Sample(cost.Value.Value!.Value, cost.StandardError.Value!.Value).Agrees(Golden(100, "cost"), "cost");
    }

    [Fact]
    public void Step_counts_that_share_their_noise_differ_as_the_laws_do()
    {
        int[] counts = [25, 50, 100, 200];
        var ends = counts.Select((steps, k) => ReplicaEnd.Of(At(steps), noiseLevel: counts.Length - 1 - k)).ToArray();

        for (var k = 1; k < counts.Length; k++)
        {
            Compare("risk", end => end.RiskDebiased);
            Compare("mean", end => end.Mean);
            Compare("variance", end => end.Variance);
            Compare("cost", end => end.Cost);

            void Compare(string quantity, Func<ReplicaEnd, double> of) =>
                Sample
                    .Of(ends[k].Zip(ends[k - 1], (fine, coarse) => of(fine) - of(coarse)))
                    .Agrees(
                        Golden(counts[k], quantity) - Golden(counts[k - 1], quantity),
                        $"{quantity} at {counts[k]} less that at {counts[k - 1]} steps"
                    );
        }

        static Engine.Runs.PreparedRun At(int steps) =>
            Problems.Prepare(Problems.T1, $"run.steps={steps}", "run.particles=2000", "run.replicas=50", "run.seed=2");
    }

    [Fact]
    public void Paths_that_share_their_noise_approach_one_another_at_strong_order_one()
    {
        int[] counts = [50, 100, 200, 400];
        var paths = counts.Select((steps, k) => ReplicaEnd.Of(At(steps), noiseLevel: counts.Length - 1 - k).Single().Particles).ToArray();
        var distances = paths.Zip(paths.Skip(1), (coarse, fine) => coarse.Zip(fine, (u, v) => (u - v) * (u - v)).Average()).ToArray();

        // Order 1 in the path is order 2 in its mean square. The expansion's next term bends the ratio by a multiple of the coarser step.
        Assert.All(
            distances.Zip(distances.Skip(1), (coarse, fine) => coarse / fine).Select((ratio, k) => (ratio, step: 1.0 / counts[k])),
            seen => Assert.InRange(seen.ratio, 4 * (1 - 10 * seen.step), 4 * (1 + 10 * seen.step))
        );

        static Engine.Runs.PreparedRun At(int steps) =>
            Problems.Prepare(Problems.T1, $"run.steps={steps}", "run.particles=4096", "run.replicas=1", "run.seed=3");
    }
}

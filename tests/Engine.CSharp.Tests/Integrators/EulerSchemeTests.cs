using MeanField.Engine.Integrators;
using MeanField.Engine.Tests.Runs;

namespace MeanField.Engine.Tests.Integrators;

public sealed class EulerSchemeTests
{
    private static readonly EulerScheme Scheme = new(0.5, 0.25);

    [Fact]
    public void A_step_adds_the_drift_and_the_scaled_increment()
    {
        var next = new double[2];

        new EulerScheme(0.5, 0.25).Advance(
            0,
            new StepOf<double>
            {
                State = [1, 2],
                Drift = [4, -6],
                Increments = [8, 16],
                Next = next,
            }
        );

        Assert.Equal([1 + 2 + 2.0, 2 - 3 + 4.0], next);
    }

    /// <summary>
    /// The mean of the linear neuron follows m' = beta (theta - m), whose solution is theta (1 - exp(-beta t)). With shared noise the
    /// fluctuations of successive step counts nearly cancel, so that the slope of their differences is measurable.
    /// </summary>
    [Fact]
    public void Halving_the_step_halves_the_error_of_expectations()
    {
        int[] counts = [20, 40, 80, 160];
        var means = counts.Select((steps, k) => Means(steps, counts.Length - 1 - k)).ToArray();
        var differences = means.Zip(means.Skip(1), (coarse, fine) => Sample.Of(coarse.Zip(fine, (u, v) => u - v))).ToArray();

        for (var k = 0; k + 1 < differences.Length; k++)
        {
            var order = Math.Log2(differences[k].Mean / differences[k + 1].Mean);
            // Two relative errors of four standard errors each, and beta eta for the next term of the expansion.
            var noise = 4 * differences.Skip(k).Take(2).Sum(difference => Math.Abs(difference.Error / difference.Mean)) / Math.Log(2);
            Assert.InRange(order, Scheme.WeakOrder - noise - 2.0 / counts[k], Scheme.WeakOrder + noise + 2.0 / counts[k]);
            Assert.True(noise < 0.5, $"the noise of the slope, {noise}, must not decide");
        }
    }

    [Fact]
    public void Halving_the_step_quarters_the_mean_square_distance_of_coupled_paths()
    {
        int[] counts = [20, 40, 80, 160];
        var paths = counts.Select((steps, k) => Ends(steps, counts.Length - 1 - k).SelectMany(end => end.Particles).ToArray()).ToArray();
        var distances = paths.Zip(paths.Skip(1), (coarse, fine) => coarse.Zip(fine, (u, v) => (u - v) * (u - v)).Average()).ToArray();

        for (var k = 0; k + 1 < distances.Length; k++)
            Assert.InRange(
                Math.Log2(distances[k] / distances[k + 1]) / 2,
                Scheme.StrongOrder - 4.0 / counts[k],
                Scheme.StrongOrder + 4.0 / counts[k]
            );
    }

    private static IEnumerable<double> Means(int steps, int noiseLevel) => Ends(steps, noiseLevel).Select(end => end.Mean);

    private static ReplicaEnd[] Ends(int steps, int noiseLevel) =>
        ReplicaEnd.Of(
            Problems.Prepare(Problems.Linear, $"run.steps={steps}", "run.particles=64", "run.replicas=200", "run.seed=4"),
            noiseLevel
        );
}

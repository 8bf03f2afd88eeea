using MeanField.Golden;

namespace MeanField.Engine.Tests.Runs;

/// <summary>The linear neuron LN, whose finite ensembles and finite steps have closed forms (theory section 9); ten times as many replicas: "linear 2000" of the test
/// assembly.</summary>
public sealed class LinearGoldenTests
{
    private const double Beta = 4;
    private const double Tau = 0.5;
    private static readonly double[] Theta = [1, -2];

    private static Engine.Runs.PreparedRun At(int steps, int particles, int replicas, int seed) =>
        Problems.Prepare(
            Problems.Linear,
            $"run.steps={steps}",
            $"run.particles={particles}",
            $"run.replicas={replicas}",
            $"run.seed={seed}"
        );

    [Theory]
    [InlineData(50, 100, 200, "LN.n50k100b1.fullBatch")]
    [InlineData(200, 50, 200, "LN.n200k50b4.fullBatch")]
    public void Finite_ensembles_have_their_expected_risk_and_the_variance_of_their_noise(
        int particles,
        int steps,
        int replicas,
        string golden
    )
    {
        var ends = ReplicaEnd.Of(At(steps, particles, replicas, seed: 1));

        Sample.Of(ends.Select(end => end.Risk)).Agrees(GoldenFile.Number(golden).Value, "risk");
        // The drift is the same for every neuron: within the net only the noise spreads.
        Sample.Of(ends.Select(end => end.Variance)).Agrees(Tau * (1 - 1.0 / particles), "variance");
        Sample.Of(ends.Select(end => end.Mean)).Agrees(Theta[0] * (1 - Math.Pow(1 - Tau / steps * Beta, steps)), "mean");
    }

    [Fact]
    public void The_cost_of_the_chain_is_the_left_sum_of_its_expected_control()
    {
        const int particles = 50;
        const int steps = 20;
        var (eta, q, left) = (Tau / steps, 1 - Tau / steps * Beta, 0.0);
        // |u_k|^2 = beta^2 |theta - m_k|^2, whose expectation is that of the risk after k steps.
        for (var k = 0; k < steps; k++)
        {
            var decay = Math.Pow(q, 2 * k);
            left += eta / 2 * Beta * Beta * (5 * decay + 2 * eta / particles * (1 - decay) / (1 - q * q));
        }

        Sample.Of(ReplicaEnd.Of(At(steps, particles, 400, seed: 2)).Select(end => end.Cost)).Agrees(left, "cost");
    }
}

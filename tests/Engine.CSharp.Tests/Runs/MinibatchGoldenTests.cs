using MeanField.Golden;

namespace MeanField.Engine.Tests.Runs;

/// <summary>Noisy gradient descent of the linear neuron on fresh samples, whose expected risk has a closed form (theory section 9, LN); ten times as many replicas:
/// "linear 2000" of the test assembly.</summary>
public sealed class MinibatchGoldenTests
{
    private const double Beta = 4;
    private const double Tau = 0.5;

    private static Engine.Runs.PreparedRun At(string law, int particles, int steps, int batch, int replicas) =>
        Problems.Prepare(
            Problems.LinearOver(law),
            "run.dynamics=sgd",
            $"run.batch={batch}",
            $"run.steps={steps}",
            $"run.particles={particles}",
            $"run.replicas={replicas}",
            "run.seed=6"
        );

    [Theory]
    [InlineData("gaussian", 50, 100, 1, 200)]
    [InlineData("signs", 50, 100, 1, 200)]
    [InlineData("gaussian", 50, 100, 8, 200)]
    [InlineData("signs", 50, 100, 8, 200)]
    [InlineData("gaussian", 200, 50, 4, 200)]
    [InlineData("signs", 200, 50, 4, 200)]
    public void The_expected_risk_holds_the_noise_of_the_gradient(string law, int particles, int steps, int batch, int replicas)
    {
        var ends = ReplicaEnd.Of(At(law, particles, steps, batch, replicas));

        Sample.Of(ends.Select(end => end.Risk)).Agrees(GoldenFile.Number($"LN.n{particles}k{steps}b{batch}.{law}").Value, "risk");
        // Every neuron sees the same samples: within the net only its own noise spreads.
        Sample.Of(ends.Select(end => end.Variance)).Agrees(Tau * (1 - 1.0 / particles), "variance");
    }

    /// <summary>
    /// The control at the sample x is beta r x with the residual r = (theta - m).x, so that E|u|^2 = beta^2 (c + b)/b R with the risk
    /// R of theory section 9 after so many steps: the left sum is one of a geometric series.
    /// </summary>
    [Theory]
    [InlineData("gaussian", 3)]
    [InlineData("signs", 1)]
    public void The_cost_holds_the_noise_of_the_gradient(string law, double c)
    {
        const int particles = 50;
        const int steps = 20;
        const int batch = 2;
        const double eta = Tau / steps;
        var factor = 1 + c / batch;
        var r = 1 - 2 * eta * Beta + eta * eta * Beta * Beta * factor;
        var risks = Enumerable
            .Range(0, steps)
            .Select(k => 5 * Math.Pow(r, k) + 2 * eta / particles * (1 - Math.Pow(r, k)) / (1 - r))
            .ToArray();

        var ends = ReplicaEnd.Of(At(law, particles, steps, batch, replicas: 400));
        var run = Problems.Run(At(law, particles, steps, batch, replicas: 200)).Estimates;

        Sample.Of(ends.Select(end => end.Cost)).Agrees(eta / 2 * Beta * Beta * factor * risks.Sum(), "cost");
        // Rows at every step: the same sum with the drift averaged over the law, which has no such factor.
        Sample.Of(run.ControlCost).Agrees(eta / 2 * Beta * Beta * factor * risks.Sum(), "cost");
        Sample.Of(run.ControlCostMean).Agrees(eta / 2 * Beta * Beta * risks.Sum(), "cost of the mean drift");
    }

    [Fact]
    public void The_risk_over_fresh_inputs_is_that_over_the_law()
    {
        var estimates = Problems.Run(At("gaussian", particles: 50, steps: 20, batch: 2, replicas: 200)).Estimates;

        // Two Gauss-Hermite nodes on each axis are exact for a square; the difference of the means has at most the sum of the errors.
        var (nodes, fresh) = (Sample.Of(estimates.Risk), Sample.Of(estimates.RiskFresh));
        Assert.InRange(fresh.Mean, nodes.Mean - 4 * fresh.Error, nodes.Mean + 4 * fresh.Error);
        Assert.NotEqual(nodes.Mean, fresh.Mean);
    }

    [Fact]
    public void Langevins_dynamics_on_fresh_samples_has_its_stationary_mean()
    {
        var run = Problems.Prepare(
            Problems.LinearOver("signs"),
            "run.dynamics=langevin",
            "run.scheme=exponential",
            "run.start=prior",
            "run.batch=4",
            "run.horizon=8",
            "run.steps=80",
            "run.particles=50",
            "run.replicas=200"
        );

        Sample.Of(ReplicaEnd.Of(run).Select(end => end.Mean)).Agrees(Beta * Tau / (1 + Beta * Tau), "mean");
    }
}

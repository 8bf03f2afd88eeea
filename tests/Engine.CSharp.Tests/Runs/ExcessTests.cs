using MeanField.Engine.Runs;

namespace MeanField.Engine.Tests.Runs;

/// <summary>E J_N - F* on both sides of the finite-N identity of theory.md section 4: the cost and the objective of a run on one, the distance of
/// its controls from the optimal ones along its paths on the other.</summary>
public sealed class ExcessTests
{
    /// <summary>L with few neurons, by SGD of one sample a step: noise of gradients, interaction and large steps are all within the identity.</summary>
    [Theory]
    [InlineData(3, 50, 1)]
    [InlineData(3, 200, 1)]
    [InlineData(20, 50, 1)]
    [InlineData(20, 200, 1)]
    [InlineData(20, 50, 50)]
    public void BothSidesAgreeForSgd(int particles, int steps, int batch)
    {
        var run = Run(
            Problems.LinearOver("signs"),
            "run.dynamics=sgd",
            $"run.particles={particles}",
            $"run.steps={steps}",
            $"run.batch={batch}",
            "run.replicas=200"
        );
        Assert.True(run.Excess.Value.Value > 0.1);
        AssertZero(run.ExcessDefect);
    }

    /// <summary>J - F* of the greedy dynamics of L is 0.439561215278 in the limit (theory.md section 9); 200 steps are 1/400 of its gradient away.</summary>
    [Fact]
    public void TheGreedyExcessOfLIsGolden()
    {
        var run = Run(Problems.Linear, "run.particles=1000", "run.steps=800", "run.replicas=50");
        AssertZero(run.ExcessDefect);
        Assert.Equal(0.439561215278, run.ExcessIdentity.Value.Value!.Value, 0.01);
    }

    /// <summary>J - F* of the greedy dynamics of QQ is 0.183382482516 in the limit; the left sum of the cost falls short of it by order eta.</summary>
    [Fact]
    public void TheGreedyExcessOfQQIsGolden()
    {
        var coarse = Run(Quadratic, "run.particles=100", "run.steps=50", "run.replicas=100");
        var fine = Run(Quadratic, "run.particles=100", "run.steps=100", "run.replicas=100");
        AssertZero(coarse.ExcessDefect);
        AssertZero(fine.ExcessDefect);
        foreach (var side in new Func<RunEstimates, Estimate>[] { run => run.Excess, run => run.ExcessIdentity })
        {
            var (one, two) = (side(coarse), side(fine));
            var error = Math.Sqrt(4 * Square(two.StandardError.Value!.Value) + Square(one.StandardError.Value!.Value));
            // Richardson's extrapolation leaves terms of order eta^2 and of 1/N.
            Assert.Equal(0.183382482516, 2 * two.Value.Value!.Value - one.Value.Value!.Value, 3 * error + 0.003);
        }
    }

    /// <summary>Langevin's dynamics is no control: there is no such identity, and no minimiser is looked for.</summary>
    [Fact]
    public void LangevinHasNoExcess()
    {
        var run = Run(Problems.T1, "run.dynamics=langevin", "run.particles=16", "run.steps=2", "run.replicas=2");
        Assert.Contains("Langevin", run.Excess.Value.Reason);
        Assert.Contains("Langevin", run.ExcessIdentity.Value.Reason);
    }

    private static string Quadratic => Minimisers.GibbsProblems.All["QQ"];

    private static double Square(double number) => number * number;

    private static void AssertZero(Estimate estimate) =>
        Assert.True(
            Math.Abs(estimate.Value.Value!.Value) <= 3 * estimate.StandardError.Value!.Value,
            $"{estimate.Value.Value} +- {estimate.StandardError.Value}"
        );

    private static RunEstimates Run(string problem, params string[] settings)
    {
        using var folder = new TemporaryFolder();
        var options = new SimulationOptions(2, "", Path.Combine(folder.Path, "run"), Force: false, Compares: true);
        return SimulationRun.Of(Problems.Prepare(problem, settings), options, new Progress<double>(), CancellationToken.None).Estimates;
    }
}

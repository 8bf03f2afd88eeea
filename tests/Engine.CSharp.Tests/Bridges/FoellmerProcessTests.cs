using MeanField.Core;
using MeanField.Engine.Bridges;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Tests.Minimisers;
using MeanField.Engine.Tests.Runs;

namespace MeanField.Engine.Tests.Bridges;

public sealed class FoellmerProcessTests
{
    /// <summary>Every identity of theory.md section 4 on problems whose minimiser is known.</summary>
    [Theory]
    [InlineData("L", 2000)]
    [InlineData("T1", 4000)]
    [InlineData("QQ", 2000)]
    [InlineData("ATOMS", 2000)]
    [InlineData("RELU", 400)]
    public void EveryIdentityHolds(string name, int paths)
    {
        var problem = MinimiserProblem.Of(Problems.Read(GibbsProblems.All[name]), "");
        var solution = Minimiser.Of(problem, new SolveOptions(SolveMethod.Quadrature, null, 2), _ => { }, default);
        var report = FoellmerProcess.Of(problem, solution, new FoellmerOptions(paths, 25, 2), _ => { }, default);
        Assert.All(report.Comparisons, one => Assert.True(one.Holds, one.ToString()));
    }

    /// <summary>The cost to N(1, 1) and to N(0, 1/4) from the Wiener law of tau = 1 (theory.md section 9, GG), as sampling problems.</summary>
    [Theory]
    [InlineData("(w.b-1)^2/2 - w.b^2/2", 0.5)]
    [InlineData("2*w.b^2 - w.b^2/2", 0.318147180560)]
    public void TheCostToANormalLawIsGolden(string potential, double cost)
    {
        var problem = MinimiserProblem.Of(Sampling(potential, 1), "");
        var solution = Minimiser.Of(problem, new SolveOptions(SolveMethod.Quadrature, null, 2), _ => { }, default);
        var report = FoellmerProcess.Of(problem, solution, new FoellmerOptions(20000, 100, 2), _ => { }, default);
        var found = report.ControlCostLimit;
        Assert.Equal(cost, solution.Divergence.Value.Value!.Value, 1e-9);
        Assert.Equal(cost, found.Value.Value!.Value, 3 * found.StandardError.Value!.Value + 1e-4);
    }

    private static Problem Sampling(string potential, double beta) =>
        Problems.Read(
            FormattableString.Invariant(
                $"""
                title = "Sampling"
                [neuron]
                parameters = ["b"]
                [energy]
                beta = {beta:F1}
                tau = 1.0
                objective = "E[w~mu]({potential}) + KL(mu, gamma)/beta"
                """
            )
        );

    /// <summary>
    /// Steps move the ends of chains up the walls of a double well, and so T as well as the cost; in a cold one the control needs its fixed points until
    /// little of the noise is left.
    /// </summary>
    [Theory]
    [InlineData(5, 20000)]
    [InlineData(1000, 4000)]
    public void EveryIdentityHoldsInADoubleWell(double beta, int paths)
    {
        var problem = MinimiserProblem.Of(Sampling("(w.b^2-1)^2", beta), "");
        var solution = Minimiser.Of(problem, new SolveOptions(SolveMethod.Quadrature, null, 2), _ => { }, default);
        var report = FoellmerProcess.Of(problem, solution, new FoellmerOptions(paths, 100, 2), _ => { }, default);
        Assert.InRange(report.ControlError, 0, 1e-6);
        Assert.All(report.Comparisons, one => Assert.True(one.Holds, one.ToString()));
    }
}

using MeanField.Core;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Tests.Runs;

namespace MeanField.Engine.Tests.Minimisers;

public sealed class OptimalNetTests
{
    private static (MinimiserProblem Problem, Solution Solution) Solved(string name, SolveMethod method = SolveMethod.Auto)
    {
        var problem = MinimiserProblem.Of(Problems.Read(GibbsProblems.All[name]), "");
        return (problem, Minimiser.Of(problem, new SolveOptions(method, null, 2), _ => { }, CancellationToken.None));
    }

    [Theory]
    [InlineData("T1")]
    [InlineData("LOG")]
    [InlineData("RELU")]
    [InlineData("ATOMS")]
    public void At_the_nodes_the_net_is_the_moment_of_the_solution(string name)
    {
        var (problem, solution) = Solved(name);
        var outputs = OptimalNet.At(problem, solution, problem.Table![NodeTable.Inputs].Values, 2, CancellationToken.None);
        Assert.Null(outputs.StandardErrors);
        Assert.All(outputs.Outputs.Zip(solution.Moment), pair => Assert.Equal(pair.Second, pair.First, 1e-13));
    }

    [Fact]
    public void The_linear_net_is_known_everywhere()
    {
        // L: fhat*(x) = beta tau/(1 + beta tau) theta.x, theta = (1, -2), beta tau = 2; three hundred inputs take more than one batch.
        var (problem, solution) = Solved("L");
        double[] inputs = [.. Enumerable.Range(0, 600).Select(k => Math.Sin(k))];
        var outputs = OptimalNet.At(problem, solution, inputs, 2, CancellationToken.None).Outputs;
        Assert.All(inputs.Chunk(2).Zip(outputs), pair => Assert.Equal(2.0 / 3 * (pair.First[0] - 2 * pair.First[1]), pair.Second, 1e-9));
    }

    [Fact]
    public void The_gap_at_the_optimal_alpha_is_the_bregman_distance()
    {
        var (problem, solution) = Solved("LOG");
        double[] fhat = [.. solution.Moment.Select((value, j) => value + 0.3 * Math.Cos(j))];
        var (labels, weights) = (problem.Table![DataLaw.Target].Values, problem.Table[NodeTable.Weights].Values);
        double Loss(double y, double g) => Math.Log(1 + Math.Exp(-y * g));
        var expected = 0.0;
        for (var j = 0; j < fhat.Length; j++)
        {
            var (y, optimal) = (labels[j], solution.Moment[j]);
            var slope = -y / (1 + Math.Exp(y * optimal));
            expected += weights[j] * (Loss(y, fhat[j]) - Loss(y, optimal) - slope * (fhat[j] - optimal));
        }
        Assert.Equal(expected, BregmanDistance.Of(problem, solution.Alpha, [fhat]).Value.Value!.Value, 1e-9);
    }

    [Fact]
    public void Replicas_around_the_optimum_have_no_distance_but_their_spread()
    {
        var (problem, solution) = Solved("T1");
        double[] Moved(double by) => [.. solution.Moment.Select(value => value + by)];
        var distance = BregmanDistance.Of(problem, solution.Alpha, [Moved(0.1), Moved(-0.1)]);
        // 1/2 of the product of the two displacements is negative: nothing is left.
        Assert.Equal(0, distance.Value.Value);
        Assert.Equal(0.5 * 0.04, BregmanDistance.Of(problem, solution.Alpha, [Moved(0.2), Moved(0.2)]).Value.Value!.Value, 1e-12);
    }
}

using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Tests.Runs;
using MeanField.Golden;

namespace MeanField.Engine.Tests.Minimisers;

/// <summary>Neurons of Gibbs laws whose moments theory section 9 knows; seeds are fixed, and five standard errors are allowed.</summary>
public sealed class NeuronSampleTests
{
    private const int Count = 20_000;

    private static (MinimiserProblem Problem, Solution Solution) Solved(string name, SolveMethod method)
    {
        var problem = MinimiserProblem.Of(Problems.Read(GibbsProblems.All[name]), "");
        return (problem, Minimiser.Of(problem, new SolveOptions(method, null, 2), _ => { }, CancellationToken.None));
    }

    [Theory]
    [InlineData("RELU", SolveMethod.Quadrature)]
    [InlineData("ERF", SolveMethod.Quadrature)]
    [InlineData("ATOMS", SolveMethod.Quadrature)]
    [InlineData("LOG", SolveMethod.SequentialMonteCarlo)]
    [InlineData("ATOMS", SolveMethod.Importance)]
    public void Neurons_have_the_mean_and_covariance_of_the_theory(string name, SolveMethod method)
    {
        var (problem, solution) = Solved(name, method);
        var sample = NeuronSample.Of(problem, solution, Count, 2, CancellationToken.None);
        var width = sample.Dimension;
        var mean = GoldenFile.List($"{name}.mean").Select(number => number.Value).ToArray();
        var covariance = GoldenFile.List($"{name}.covariance").Select(number => number.Value).ToArray();
        Assert.Equal((mean.Length, Count * width), (width, sample.Rows.Length));
        // A dual variable fitted to samples has an error of its own.
        var slack = method == SolveMethod.Quadrature ? 0 : 0.02;
        var next = 0;
        for (var i = 0; i < width; i++)
        {
            Agrees(mean[i], w => w[i]);
            for (var j = i; j < width; j++)
                Agrees(covariance[next++], w => (w[i] - mean[i]) * (w[j] - mean[j]));
        }

        void Agrees(double expected, Func<double[], double> part)
        {
            var values = sample.Rows.Chunk(width).Select(part).ToArray();
            var average = values.Average();
            var error = Math.Sqrt(values.Average(value => (value - average) * (value - average)) / Count);
            Assert.Equal(expected, average, 5 * error + slack);
        }
    }

    [Fact]
    public void Chains_correct_proposals_from_cells_that_are_far_too_wide()
    {
        var (problem, solution) = Solved("T1", SolveMethod.Quadrature);
        using var team = new Team(2);
        var cells = CellLaw.Of(problem, solution, team, 7);
        var proposals = new double[Count];
        for (var k = 0; k < Count; k++)
            cells.Draw([(k + 0.5) / Count, 0.618033988749895 * k % 1], proposals.AsSpan(k, 1));
        var (rows, distance) = IndependenceSampler.Of(problem, solution.Alpha, cells, Count, team, CancellationToken.None);
        var (mean, variance) = (GoldenFile.Number("T1.mean").Value, GoldenFile.Number("T1.variance").Value);
        double Spread(double[] values) => values.Average(w => (w - mean) * (w - mean));

        // The relative error of a variance of N draws is about sqrt(2/N).
        var error = variance * Math.Sqrt(2.0 / Count);
        Assert.True(Math.Abs(Spread(proposals) - variance) > 20 * error);
        Assert.Equal(variance, Spread(rows), 5 * error);
        Assert.Equal(mean, rows.Average(), 5 * Math.Sqrt(variance / Count));
        Assert.InRange(distance.Value!.Value, 0, 1e-9);
    }

    [Fact]
    public void Few_neurons_are_the_first_of_many_and_threads_do_not_matter()
    {
        var (problem, solution) = Solved("LOG", SolveMethod.Quadrature);
        var few = NeuronSample.Of(problem, solution, 3, 1, CancellationToken.None);
        var many = NeuronSample.Of(problem, solution, 4000, 2, CancellationToken.None);
        Assert.Equal(few.Rows, many.Rows[..few.Rows.Length]);
    }
}

using MeanField.Core;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Laziness;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Runs;
using MeanField.Engine.Tests.Minimisers;
using MeanField.Engine.Tests.Runs;

namespace MeanField.Engine.Tests.Laziness;

/// <summary>The numbers of theory section 9 about laziness and the guarantee.</summary>
public sealed class LazyStudyTests
{
    private static LazyReport Study(string toml, int particles, int steps, int paths, int replicas = 8, bool compares = false)
    {
        var problem = Problems.Read(toml);
        var optimum = Optimum.Of(problem, "", 2, _ => { }, CancellationToken.None);
        var constants = Constants.ofProblem(problem, Nodes(optimum.Problem.Table!)).ResultValue;
        return LazyStudy.Of(
            optimum,
            new NetOptions(particles, steps, replicas, 1, 2, ""),
            paths,
            [.. constants],
            compares,
            _ => { },
            CancellationToken.None
        );
    }

    private static NodeValues Nodes(NodeTable table)
    {
        var inputs = table[NodeTable.Inputs];
        return new NodeValues([.. inputs.Values.Chunk(inputs.Width)], table[NodeTable.Weights].Values, table[DataLaw.Target].Values);
    }

    private static Estimate Named(LazyReport report, string name) => report.Named.Single(named => named.Key == name).Value;

    private static void Within(double expected, Estimate estimate, double allowance = 0) =>
        Assert.InRange(
            estimate.Value.Value!.Value,
            expected - 3 * estimate.StandardError.Value!.Value - allowance,
            expected + 3 * estimate.StandardError.Value!.Value + allowance
        );

    private static void Equal(double expected, Estimate estimate, double digits) =>
        Assert.InRange(estimate.Value.Value!.Value, expected - digits, expected + digits);

    [Theory]
    [InlineData(20, 0.69085487137319, 0.245077634602, 156.11, 0.005)]
    [InlineData(2, 0.230465397498, 0.027178263613, 0.9111, 0.00005)]
    [InlineData(0.5, 0.072011867260, 0.002652155991, 0.0212, 0.00005)]
    [InlineData(0.1, 0.015415384129, 0.000121533763, 0.000586, 0.0000005)]
    public void Indices_and_the_bound_of_T1(double beta, double distance, double divergence, double bound, double digits)
    {
        var report = Study(Problems.T1.Replace("beta = 20", FormattableString.Invariant($"beta = {beta}")), 50, 10, 50, 2);
        Equal(distance, Named(report, "measuredIndex"), 2e-12);
        Equal(divergence, Named(report, "klGibbs"), 2e-12);
        Equal(Math.Sqrt(2 * divergence), Named(report, "talagrandIndex"), 1e-12 / Math.Sqrt(2 * divergence));
        Equal(bound, Named(report, "girsanovAPriori"), digits);
    }

    [Fact]
    public void T1()
    {
        var report = Study(Problems.T1, 2000, 100, 10_000);
        Equal(0.191513344176, Named(report, "tangentKernelPrior"), 1e-12);
        Equal(0.167484399165, Named(report, "tangentKernelGibbs"), 1e-12);
        Equal(0.127773179792, Named(report, "tangentKernelChange"), 1e-12);
        Equal(0.134924136034, Named(report, "independentSpread"), 1e-12);
        Equal(Math.Sqrt(0.008496394423), Named(report, "errorGibbs"), 1e-11);
        Within(0.424985, Named(report, "girsanov"));
        Within(Math.Sqrt(0.0012628946402), Named(report, "errorGreedy"), 1e-4);
        Within(0.0594178526931, Named(report, "predictorDistance"), 1e-4);
        // J of the chain of 100 steps: its cost and risk in theory section 9.
        Within(0.786550225154 / 20 + 0.001231827151 / 2 - 0.016502078942, Named(report, "excess"), 0.134924 / 4000);
        Within(0, Named(report, "excessDefect"));
        Assert.All(report.Ledger, row => Assert.NotEqual(false, row.Holds));
        var posteriori = report.Ledger.Single(row => row.Guarantee.Name == "error of the greedy net, a posteriori");
        Assert.False(posteriori.IsVacuous);
        Assert.True(report.Ledger.Single(row => row.Guarantee.Name == "error of the greedy net, a priori").IsVacuous);
    }

    [Theory]
    [InlineData("L", 1.366212582689)]
    [InlineData("QQ", 0.183496374442)]
    public void Girsanov(string name, double expected)
    {
        var report = Study(GibbsProblems.All[name], 1000, 60, 4000);
        Within(expected, Named(report, "girsanov"), 1e-4);
        Within(0, Named(report, "excessDefect"));
    }

    [Theory]
    [InlineData("T1")]
    [InlineData("L")]
    public void Rates_and_the_table_of_dynamics(string name)
    {
        var report = Study(GibbsProblems.All[name], 400, 60, 50, compares: true);
        Assert.All(report.Rates, rate => Assert.InRange(Math.Abs(rate.Exponent - rate.Expected), 0, Math.Max(0.1, 3 * rate.StandardError)));
        Assert.Equal(["greedy", "sgd", "sgd", "sgd", "langevin", "foellmer", "optimum"], report.Comparison.Select(net => net.Name));
        foreach (var net in report.Comparison.Where(net => net.Name is not ("langevin" or "optimum")))
        {
            var (left, right) = (Of(net, "excess"), Of(net, "excessIdentity"));
            var error = Math.Sqrt(Math.Pow(left.StandardError.Value!.Value, 2) + Math.Pow(right.StandardError.Value!.Value, 2));
            Assert.InRange(left.Value.Value!.Value - right.Value.Value!.Value, -4 * error, 4 * error);
        }
        Assert.Equal(0, Of(report.Comparison[^1], "distance").Value.Value);

        static Estimate Of(ComparedNet net, string quantity) => net.Named.Single(named => named.Key == quantity).Value;
    }

    [Fact]
    public void A_gradient_on_the_line_is_transported_as_its_quantiles()
    {
        // sigma = w on one node moves the mean alone.
        var report = Study(
            """
            neuron.activation = "w + 0*w^2"
            neuron.parameters = ["w"]
            input.law = "atoms"
            input.points = [[1]]
            target.values = [2]
            energy.beta = 1
            energy.tau = 1
            """,
            50,
            10,
            50,
            2
        );
        Equal(1, Named(report, "measuredIndex"), 1e-9);
    }
}

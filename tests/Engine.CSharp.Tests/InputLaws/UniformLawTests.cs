using MeanField.Core;
using MeanField.Engine.InputLaws;

namespace MeanField.Engine.Tests.InputLaws;

public sealed class UniformLawTests
{
    private static readonly Location Where = new("sine.toml", 12, 1, "input.nodes");

    private static string Refusal(double[] low, double[] high, int nodes) =>
        FaultModule.message(Assert.Throws<FaultException>(() => new UniformLaw(low, high, Where).GaussLegendreNodes(nodes, Where)).Fault);

    [Theory]
    [InlineData(1, 64)]
    [InlineData(2, 20)]
    [InlineData(3, 7)]
    public void Weights_sum_to_one(int axes, int nodes)
    {
        var low = Enumerable.Repeat(-1.0, axes).ToArray();
        var table = new UniformLaw(low, [.. low.Select(bound => bound + 3)], Where).GaussLegendreNodes(nodes, Where);

        Assert.Equal((int)Math.Pow(nodes, axes), table.Count);
        Assert.Equal(1, table[NodeTable.Weights].Values.Sum(), 14);
    }

    [Fact]
    public void Moments_of_a_box_are_those_of_the_uniform_law()
    {
        var table = new UniformLaw([-1, 2], [3, 5], Where).GaussLegendreNodes(4, Where);
        var (x, weight) = (table[NodeTable.Inputs], table[NodeTable.Weights].Values);
        double Mean(Func<double, double, double> g) => weight.Select((w, j) => w * g(x.Values[2 * j], x.Values[(2 * j) + 1])).Sum();

        Assert.Equal(2, x.Width);
        Assert.Equal(1, Mean((u, _) => u), 13);
        Assert.Equal(3.5, Mean((_, v) => v), 13);
        Assert.Equal(3.5, Mean((u, v) => u * v), 13);
        Assert.Equal(7.0 / 3, Mean((u, _) => u * u), 13);
    }

    [Fact]
    public void The_last_coordinate_runs_fastest()
    {
        var x = new UniformLaw([-1, -1], [1, 1], Where).GaussLegendreNodes(2, Where)[NodeTable.Inputs].Values;
        var r = Math.Sqrt(1.0 / 3);

        Assert.Equal([-r, -r, -r, r, r, -r, r, r], x.Select(value => Math.Round(value, 15)), (a, b) => Math.Abs(a - b) < 1e-15);
    }

    [Fact]
    public void A_box_as_wide_as_the_numbers_stays_finite()
    {
        var x = new UniformLaw([-double.MaxValue], [double.MaxValue], Where).GaussLegendreNodes(3, Where)[NodeTable.Inputs].Values;

        Assert.All(x, value => Assert.True(double.IsFinite(value)));
        Assert.Equal(0, x[1]);
    }

    [Fact]
    public void Too_many_nodes_are_refused_with_the_number_the_cap_and_the_alternative()
    {
        var message = Refusal([0, 0, 0, 0], [1, 1, 1, 1], 64);

        Assert.Contains("sine.toml, line 12, column 1, key input.nodes", message);
        Assert.Contains("64 nodes on each of 4 axes, 1.678e+7 in all", message);
        Assert.Contains("1 to 31 nodes an axis, at most 1000000 in all", message);
        Assert.Contains("or rule = \"sobol\", whose nodes are counted in total", message);
    }

    [Fact]
    public void A_million_nodes_are_served_and_the_root_of_a_million_is_named_right()
    {
        Assert.Equal(1_000_000, new UniformLaw([0, 0, 0], [1, 1, 1], Where).GaussLegendreNodes(100, Where).Count);
        Assert.Contains("1 to 100 nodes an axis", Refusal([0, 0, 0], [1, 1, 1], 101));
        Assert.Contains("1 to 10000 nodes an axis", Refusal([0], [1], 10_001));
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(2, 1)]
    [InlineData(double.NaN, 1)]
    [InlineData(double.NegativeInfinity, 1)]
    public void A_box_without_volume_is_refused(double low, double high) => Assert.Contains("low < high", Refusal([low], [high], 4));

    [Fact]
    public void Bounds_of_unequal_number_are_refused() => Assert.Contains("2 lower and 1 upper", Refusal([0, 0], [1], 4));

    [Fact]
    public void No_nodes_are_refused() => Assert.Contains("0 nodes on each", Refusal([0], [1], 0));
}

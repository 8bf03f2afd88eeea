using MeanField.Engine.InputLaws;

namespace MeanField.Engine.Tests.InputLaws;

public sealed class GaussLegendreTests
{
    /// <summary>Half a unit in the last place, relative, and a little for the reference's own rounding: the nearest double.</summary>
    private const double HalfUnit = 1.1103e-16;

    /// <summary>The rule by Newton's method in 28-digit decimals: independent of the double-double arithmetic under test.</summary>
    private static (decimal Node, decimal Weight) Reference(int order, double near)
    {
        var node = (decimal)near;

        for (var iteration = 0; iteration < 4; iteration++)
        {
            var (value, slope) = Legendre(order, node);
            node -= value / slope;
        }

        var derivative = Legendre(order, node).Slope;
        return (node, 1 / ((1 - (node * node)) * derivative * derivative));
    }

    private static (decimal Value, decimal Slope) Legendre(int order, decimal x)
    {
        var (before, value) = (1m, x);

        for (var k = 2; k <= order; k++)
        {
            (before, value) = (value, ((((2 * k) - 1) * x * value) - ((k - 1) * before)) / k);
        }

        return (value, order * ((x * value) - before) / ((x * x) - 1));
    }

    private static double RelativeError(double found, decimal exact) =>
        exact == 0 ? (double)Math.Abs((decimal)found) : Math.Abs((double)((Digits(found) / exact) - 1));

    /// <summary>A double between 2^-22 and 1 to 28 digits: the plain cast to decimal keeps only 15.</summary>
    private static decimal Digits(double value) => (decimal)(Int128)Math.ScaleB(value, 75) / (1L << 60) / (1L << 15);

    [Theory]
    [InlineData(2)]
    [InlineData(3)]
    [InlineData(16)]
    [InlineData(64)]
    [InlineData(65)]
    [InlineData(200)]
    [InlineData(1000)]
    public void Nodes_and_weights_are_the_nearest_doubles(int order)
    {
        var rule = GaussLegendre.OfOrder(order);
        var half = Enumerable.Range(0, order).Where(i => rule.Nodes[i] > 0).ToArray();
        var reference = half.Select(i => Reference(order, rule.Nodes[i])).ToArray();

        Assert.All(half.Zip(reference), pair => Assert.InRange(RelativeError(rule.Nodes[pair.First], pair.Second.Node), 0, HalfUnit));
        Assert.All(half.Zip(reference), pair => Assert.InRange(RelativeError(rule.Weights[pair.First], pair.Second.Weight), 0, HalfUnit));
        Assert.Equal(half.Length, reference.Select(pair => pair.Node).Distinct().Count());
    }

    [Theory]
    [InlineData(1)]
    [InlineData(7)]
    [InlineData(64)]
    public void The_rule_is_symmetric_and_ascends(int order)
    {
        var rule = GaussLegendre.OfOrder(order);

        Assert.Equal(rule.Nodes.Select(node => 0 - node).Reverse(), rule.Nodes);
        Assert.Equal(rule.Weights.Reverse(), rule.Weights);
        Assert.Equal(rule.Nodes.Order(), rule.Nodes);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(10)]
    public void Polynomials_up_to_twice_the_order_less_one_are_integrated_exactly(int order)
    {
        var rule = GaussLegendre.OfOrder(order);

        for (var degree = 0; degree <= (2 * order) - 1; degree++)
        {
            var exact = degree % 2 == 0 ? 1.0 / (degree + 1) : 0;
            Assert.Equal(exact, rule.Nodes.Zip(rule.Weights, (node, weight) => weight * Math.Pow(node, degree)).Sum(), 15);
        }

        Assert.NotEqual(
            1.0 / ((2 * order) + 1),
            rule.Nodes.Zip(rule.Weights, (node, weight) => weight * Math.Pow(node, 2 * order)).Sum(),
            8
        );
    }

    [Theory]
    [InlineData(0)]
    [InlineData(10_001)]
    public void An_order_out_of_range_is_refused(int order) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => GaussLegendre.OfOrder(order));
}

using MeanField.Engine.InputLaws;

namespace MeanField.Engine.Tests.InputLaws;

public sealed class GaussHermiteTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(5)]
    [InlineData(64)]
    [InlineData(256)]
    public void The_rule_is_symmetric_and_ascends_and_its_weights_sum_to_one(int order)
    {
        var rule = GaussHermite.OfOrder(order);

        Assert.Equal(order, rule.Nodes.Length);
        Assert.Equal(rule.Nodes.Select(node => 0 - node).Reverse(), rule.Nodes);
        Assert.Equal(rule.Weights.Reverse(), rule.Weights);
        Assert.Equal(rule.Nodes.Order().Distinct(), rule.Nodes);
        Assert.Equal(1, rule.Weights.Sum(), 14);
        Assert.All(rule.Weights, weight => Assert.True(double.IsNormal(weight)));
    }

    [Theory]
    [InlineData(1)]
    [InlineData(6)]
    [InlineData(20)]
    [InlineData(64)]
    public void Moments_of_the_normal_law_are_exact_up_to_twice_the_order_less_one(int order)
    {
        var rule = GaussHermite.OfOrder(order);
        double Moment(int degree) => rule.Nodes.Zip(rule.Weights, (node, weight) => weight * Math.Pow(node, degree)).Sum();
        var exact = 1.0;

        for (var degree = 2; degree <= (2 * order) - 2; degree += 2)
        {
            exact *= degree - 1;
            Assert.Equal(1, Moment(degree) / exact, 13);
        }
    }

    [Theory]
    [InlineData(2, 3 - 2)]
    [InlineData(6, 10395 - 720)]
    public void The_next_moment_is_missed_by_the_factorial_of_the_order(int order, double expected)
    {
        var rule = GaussHermite.OfOrder(order);

        Assert.Equal(1, rule.Nodes.Zip(rule.Weights, (node, weight) => weight * Math.Pow(node, 2 * order)).Sum() / expected, 12);
    }

    /// <summary>Largest node and its weight, by mpmath at 60 digits: Newton's method from the right.</summary>
    [Theory]
    [InlineData(3, 1.7320508075688772, 0.16666666666666666)]
    [InlineData(20, 7.619048541679758, 1.257800672437927e-13)]
    [InlineData(64, 14.886186143339453, 3.123187965107721e-49)]
    [InlineData(65, 15.01332367943673, 4.65547286832706e-50)]
    [InlineData(256, 31.10095103709651, 2.9540145871800836e-211)]
    public void The_outermost_node_and_weight_are_the_nearest_doubles(int order, double node, double weight)
    {
        var rule = GaussHermite.OfOrder(order);

        Assert.Equal(node, rule.Nodes[^1]);
        Assert.Equal(weight, rule.Weights[^1]);
    }

    [Theory]
    [InlineData(0)]
    [InlineData(257)]
    public void An_order_out_of_range_is_refused(int order) =>
        Assert.Throws<ArgumentOutOfRangeException>(() => GaussHermite.OfOrder(order));
}

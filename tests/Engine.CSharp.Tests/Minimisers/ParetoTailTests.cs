using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Tests.Minimisers;

/// <summary>The shape of tails of weights.</summary>
public sealed class ParetoTailTests
{
    /// <summary>Weights at the quantiles of a Pareto law of shape k; the estimator draws k to 1/2 by ten of 384 points, and has no sampling error here.</summary>
    [Theory]
    [InlineData(0.2)]
    [InlineData(0.5)]
    [InlineData(1.0)]
    [InlineData(2.0)]
    public void The_shape_of_a_Pareto_law_is_found(double shape)
    {
        const int count = 1 << 14;
        double[] logWeights = [.. Enumerable.Range(0, count).Select(k => -shape * Math.Log((k + 0.5) / count))];

        Assert.InRange(ParetoTail.Shape(logWeights), shape - 0.1, shape + 0.1);
    }

    [Fact]
    public void Equal_weights_have_no_tail() => Assert.Equal(0, ParetoTail.Shape(new double[1000]));
}

namespace MeanField.Engine.Tests.Integrators;

/// <summary>A short slice of the measurement of orders ("orders REPLICAS" of the test assembly).</summary>
public sealed class SchemeOrderTests
{
    [Theory]
    [InlineData("greedy", "euler", 40, 40, 1)]
    [InlineData("langevin", "euler", 40, 40, 1)]
    [InlineData("langevin", "exponential", 40, 40, 1)]
    [InlineData("greedy", "heun", 10, 200, 2)]
    [InlineData("langevin", "heun", 10, 200, 2)]
    public void Expectations_have_the_stated_order(string dynamics, string scheme, int steps, int replicas, int stated)
    {
        var (mean, square) = WeakOrder.Of(dynamics, scheme, steps, replicas);

        Assert.True(mean.Agrees(stated), $"mean: {mean}");
        Assert.True(square.Agrees(stated), $"second moment: {square}");
        Assert.True(square.Error < 0.25, $"the noise of the order, {square.Error}, must not decide");
    }
}

using MeanField.Engine.Tests.Runs;
using MeanField.Golden;

namespace MeanField.Engine.Tests.Campaigns;

/// <summary>A short slice of the measurement of chaos ("chaos REPLICAS" of the test assembly), and the law that it compares with.</summary>
public sealed class ChaosTests
{
    [Theory]
    [InlineData(25)]
    [InlineData(100)]
    public void The_law_by_quadrature_has_the_golden_row(int steps)
    {
        var law = new GreedyLaw(Problems.Prepare(Problems.T1), steps);
        var mean = law.Moment(1);

        Agrees("risk", law.Risk);
        Agrees("mean", mean);
        Agrees("variance", law.Moment(2) - mean * mean);
        Agrees("cost", law.Cost);

        void Agrees(string quantity, double value)
        {
            var golden = GoldenFile.Number($"T1.greedy{steps}.{quantity}");
            Assert.InRange(value, golden.Value - golden.HalfUnit - 1e-12, golden.Value + golden.HalfUnit + 1e-12);
        }
    }

    [Fact]
    public void Finite_nets_approach_their_limit_at_the_rate_of_independent_neurons()
    {
        var chaos = new Chaos([16, 128, 1024], replicas: 400, steps: 25);

        Assert.True(chaos.Holds, chaos.ToString());
        Assert.True(chaos.Rate().Error < 0.05, "the noise of the rate must not decide");
    }
}

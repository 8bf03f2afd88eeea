namespace MeanField.Engine.Tests.Campaigns;

/// <summary>A short slice of the measurement of intervals ("coverage TRIALS" of the test assembly).</summary>
public sealed class CoverageTests
{
    /// <summary>Of 60 intervals of 95 % fewer than 49 or none missing would be odd: below one in 10^5, and 1 in 20.</summary>
    [Fact]
    public void Intervals_over_replicas_hold_what_is_known() =>
        Assert.All(
            Coverage.OfL(replicas: 8).Of(60).Concat(Coverage.OfT1(particles: 2000, replicas: 4).Of(60)),
            pair => Assert.InRange(pair.Value, 49 / 60.0, 1)
        );
}

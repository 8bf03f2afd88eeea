namespace MeanField.Engine.Tests.Campaigns;

/// <summary>A short slice of the measurement of sampled intervals for F* ("calibration TRIALS" of the test assembly).</summary>
public sealed class CalibrationTests
{
    /// <summary>Of 20 intervals of 95 % fewer than 15 would be odd: below 1 in 3000.</summary>
    [Fact]
    public void Sampled_intervals_hold_the_free_energy() =>
        Assert.All(Calibration.All, one => Assert.InRange(one.Of(20).Share, 15 / 20.0, 1));
}

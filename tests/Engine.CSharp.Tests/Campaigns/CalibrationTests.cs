using MeanField.Core;

namespace MeanField.Engine.Tests.Campaigns;

/// <summary>A short slice of the measurement of sampled intervals for F* ("calibration TRIALS" of the test assembly).</summary>
public sealed class CalibrationTests
{
    /// <summary>Of 20 intervals of 95 % fewer than 15 would be odd, and of 4 fewer than 2: below 1 in 2000. Annealing is the slower one.</summary>
    [Theory]
    [InlineData(SolveMethod.Importance, 20, 15)]
    [InlineData(SolveMethod.SequentialMonteCarlo, 4, 2)]
    public void Sampled_intervals_hold_the_free_energy(SolveMethod method, int trials, int least) =>
        Assert.All(
            Calibration.All.Where(one => one.Method == method),
            one => Assert.InRange(one.Of(trials).Share, (double)least / trials, 1)
        );
}

using MeanField.Core;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Tests.Runs;

namespace MeanField.Engine.Tests.Campaigns;

/// <summary>A short slice of the measurement of Langevin's intervals for F* ("langevin TRIALS" of the test assembly).</summary>
public sealed class LangevinCalibrationTests
{
    /// <summary>Of 10 intervals of 95 % fewer than 7 would be odd: about 1 in 1000.</summary>
    [Fact]
    public void Intervals_hold_the_free_energy() => Assert.InRange(LangevinCalibration.All.Sum(one => one.Of(2).Held), 7, 10);

    [Fact]
    public void Chains_that_do_not_pass_between_modes_are_no_certificate()
    {
        // Two modes of width 0.05 at +-2, of unequal weights.
        var toml = LangevinCalibration.Sampling(
            "[\"b\"]",
            "-log(0.8*exp(-200*(w.b - 2)^2) + 0.2*exp(-200*(w.b + 2)^2) + exp(-200)) - w.b^2/2"
        );
        var solution = Minimiser.Of(
            MinimiserProblem.Of(Problems.Read(toml), ""),
            new SolveOptions(SolveMethod.Langevin, null, 2),
            _ => { },
            CancellationToken.None
        );
        // F* is -log of the integral of the mixture: -log(0.05).
        var isRight = solution.Certificate.Interval is { } found && found.Low <= -Math.Log(0.05) && -Math.Log(0.05) <= found.High;
        Assert.True(isRight || !solution.Certificate.IsCertified);
    }
}

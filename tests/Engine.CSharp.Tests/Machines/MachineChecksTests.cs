using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Machines;

namespace MeanField.Engine.Tests.Machines;

public sealed class MachineChecksTests
{
    [Theory]
    [InlineData(Precision.Double)]
    [InlineData(Precision.Single)]
    [InlineData(Precision.Mixed)]
    public void The_run_of_every_function_has_one_digest_that_depends_on_the_precision(Precision precision)
    {
        var digests = VectorTargets.Supported.Select(width => MachineChecks.Digest(precision, width, threads: 2)).Distinct().ToArray();

        Assert.Matches("^[0-9a-f]{64}$", Assert.Single(digests));
        Assert.All(MachineChecks.GoldenDigests, golden => Assert.Equal(golden.Key == precision, golden.Value == digests[0]));
    }

    [Fact]
    public void Functions_stand_in_both_formats_and_stay_within_their_stated_errors()
    {
        var checks = MachineChecks.Functions().ToArray();

        Assert.All(checks, check => Assert.Equal(Outcome.Holds, check.Outcome));
        // A bound that nothing comes near would hide a function gone wrong: a correctly rounded one errs by half a unit.
        Assert.All(checks, check => Assert.InRange(check.Error, 0, check.Tolerance));
        Assert.Contains(checks, check => check.Error > 0.4);
    }
}

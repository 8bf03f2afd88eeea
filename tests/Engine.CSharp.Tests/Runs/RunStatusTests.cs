using MeanField.Engine.Runs;

namespace MeanField.Engine.Tests.Runs;

public sealed class RunStatusTests
{
    [Fact]
    public void A_run_that_left_the_finite_numbers_says_where_and_what_to_do()
    {
        var status = new RunStatus.NonFinite(7, 0.35, 2, 11, [new("a", [double.NaN]), new("b", [1.5, double.PositiveInfinity])]);

        Assert.Equal("non-finite", status.Name);
        Assert.Equal(
            "the numbers of step 7, at time 0.35, are not finite: particle 11 of replica 2 has a = NaN, b = [1.5, Infinity]; "
                + "take more steps, or a smaller energy.beta",
            status.Reason
        );
    }

    [Fact]
    public void Long_blocks_are_cut_in_the_message()
    {
        var status = new RunStatus.NonFinite(0, 0, 0, 0, [new("b", new double[784])]);

        Assert.Contains("b = [0, 0, 0, 0, 0, 0, 0, 0, ...]", status.Reason);
    }

    [Fact]
    public void A_completed_run_gives_no_reason_and_a_cancelled_one_says_how_far_it_came()
    {
        Assert.Null(new RunStatus.Completed().Reason);
        Assert.Equal("stopped by the user after step 30 of 400", new RunStatus.Cancelled(30, 400).Reason);
    }
}

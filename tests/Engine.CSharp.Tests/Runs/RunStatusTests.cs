using MeanField.Core;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Tests.Runs;

public sealed class RunStatusTests
{
    [Fact]
    public void A_run_that_left_the_finite_numbers_says_where_and_what_to_do()
    {
        var status = new RunStatus.NonFinite(7, 0.35, 2, 11, [new("a", [0.25]), new("b", [1.5, -3e200])]);

        Assert.Equal("non-finite", status.Name);
        Assert.Equal(
            "step 7, at time 0.35, leads out of the finite numbers: particle 11 of replica 2, from a = 0.25, b = [1.5, -3E+200]; "
                + "take more steps, or a smaller energy.beta",
            status.Reason
        );
    }

    [Fact]
    public void A_drift_without_a_value_at_the_start_is_no_matter_of_the_step()
    {
        var status = new RunStatus.NonFinite(0, 0, 0, 0, [new("a", [0])]);

        Assert.EndsWith("from a = 0; the drift has no value at the start: check neuron.activation and the target there", status.Reason);
    }

    [Theory]
    [InlineData(double.PositiveInfinity, "from a = 0.25; exp(b*x) is infinite at x = [0.5, -1]; take more steps")]
    [InlineData(double.NaN, "from a = 0.25; exp(b*x) is no number at x = [0.5, -1]; take more steps")]
    [InlineData(1e60, "from a = 0.25; exp(b*x) is 1E+60, beyond the range of single precision at x = [0.5, -1]; take more steps")]
    public void The_part_of_the_formulas_that_is_not_finite_is_told(double value, string told)
    {
        var status = new RunStatus.NonFinite(7, 0.35, 2, 11, [new("a", [0.25])], new NonFinitePart("exp(b*x)", value, [0.5, -1], 11));

        Assert.Contains(told, status.Reason);
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

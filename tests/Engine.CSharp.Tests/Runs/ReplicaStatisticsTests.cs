using MeanField.Engine.Runs;

namespace MeanField.Engine.Tests.Runs;

public sealed class ReplicaStatisticsTests
{
    [Fact]
    public void The_standard_error_is_s_over_root_R()
    {
        // By hand: mean 5, squared deviations 9 + 1 + 1 + 9 = 20, s^2 = 20/3, error sqrt(20/12).
        var statistics = ReplicaStatistics.Of([2, 4, 6, 8]);

        Assert.Equal(5, statistics.Mean);
        Assert.Equal(Math.Sqrt(20.0 / 12), statistics.StandardError!.Value, 15);
    }

    [Fact]
    public void One_replica_has_a_mean_and_no_error()
    {
        var estimate = ReplicaStatistics.Of([3]).AsEstimate(Quantity.Of(0.1));

        Assert.Equal(3, estimate.Value.Value);
        Assert.Null(estimate.StandardError.Value);
        Assert.Contains("run.replicas", estimate.StandardError.Reason);
        Assert.Equal(0.1, estimate.PlugInError.Value);
    }

    [Fact]
    public void Small_differences_of_large_numbers_survive() =>
        Assert.Equal(1.0, ReplicaStatistics.Of([1e9 - 1, 1e9 + 1]).StandardError!.Value, 12);

    [Fact]
    public void No_replicas_are_refused() => Assert.Throws<ArgumentOutOfRangeException>(() => ReplicaStatistics.Of([]));

    [Theory]
    [InlineData(double.NaN)]
    [InlineData(double.NegativeInfinity)]
    public void A_number_that_is_not_finite_becomes_a_reason(double value)
    {
        var quantity = Quantity.Of(value);

        Assert.Null(quantity.Value);
        Assert.Equal("the number is not finite", quantity.Reason);
    }
}

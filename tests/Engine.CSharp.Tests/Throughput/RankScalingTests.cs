using MeanField.Engine.Runs;
using MeanField.Engine.Tests.Collectives;
using MeanField.Engine.Tests.Runs;
using MeanField.Engine.Throughput;

namespace MeanField.Engine.Tests.Throughput;

/// <summary>The model of what several processes gain.</summary>
public sealed class RankScalingTests
{
    /// <summary>2 us a message between two, 1 GB/s: among four 2 messages in turn, and three quarters of the bytes from others.</summary>
    [Fact]
    public void Latency_and_bandwidth_are_those_of_the_messages()
    {
        var links = new RankLinks(4, [Message(32, 2 * 2e-6), Message(8_000_032, 2 * 2e-6 + 6_000_000 * 1e-9)]);
        Assert.Equal(2e-6, links.Latency, 1e-18);
        Assert.Equal(1e-9, links.SecondsPerByte, 1e-20);
        Assert.Equal(0, links.Seconds(new Exchange(3, 1000), 1));
        Assert.Equal(3 * 2e-6 + 500e-9, links.Seconds(new Exchange(3, 1000), 2), 1e-15);
        // ceil(log2 5) is 3.
        Assert.Equal(3 * 3 * 2e-6 + 800e-9, links.Seconds(new Exchange(3, 1000), 5), 1e-15);
    }

    /// <summary>10 superblocks among 4 processes: one has 3 of them.</summary>
    [Fact]
    public void A_step_takes_the_largest_share_and_its_exchanges()
    {
        var links = new RankLinks(2, [Message(16, 1e-3), Message(1_000_016, 1e-3)]);
        var scaling = new RankScaling(Prepared, 10, links, new Exchange(1, 100), new Measured(1, 0), new Measured(0.625, 0));
        Assert.Equal(0.3 + 2e-3, scaling.Seconds(4), 1e-15);
        Assert.Equal(1 / (4 * 0.302), scaling.Efficiency(4), 1e-12);
        Assert.Equal(1, scaling.Efficiency(1), 1e-15);
        Assert.Equal(0.8, scaling.MeasuredEfficiency, 1e-15);
    }

    /// <summary>Of 3 superblocks 5 moments and then the square of the drift; 2 numbers of each process about what is not finite.</summary>
    [Fact]
    public void The_exchanges_of_a_step_are_counted()
    {
        var options = new SimulationOptions(1, "", null, Force: false);
        var all = Ranks.Run(2, ranks => RankScaling.Of(Prepared, options with { Ranks = ranks }, CancellationToken.None));
        Assert.All(all, scaling => Assert.Equal(3, scaling.Superblocks));
        Assert.All(all, scaling => Assert.Equal(new Exchange(3, (3 * 5 + 3 + 2 * 2) * sizeof(double)), scaling.OfStep));
    }

    private static PreparedRun Prepared => Problems.Prepare(Problems.Sine, "run.particles=1500", "run.replicas=1");

    private static MessageTime Message(long bytes, double seconds) => new(bytes, new Measured(seconds, 0));
}

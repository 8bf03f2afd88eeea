using MeanField.Engine;
using MeanField.Studio.Jobs;

namespace MeanField.Studio.Tests;

public sealed class TraceTests
{
    private readonly Trace trace = new();

    [Fact]
    public void Replicas_have_a_mean_as_far_as_all_of_them_are()
    {
        foreach (var (replica, time, value) in new[] { (1, 0.0, 1.0), (0, 0.0, 3.0), (0, 0.5, 5.0), (1, 0.5, 9.0), (0, 1.0, 7.0) })
            trace.Add(
                new Progress("")
                {
                    Replica = replica,
                    Time = time,
                    Reached = [new("risk", value)],
                }
            );
        var risk = trace.Of("risk");
        Assert.Equal("time", risk.Horizontal);
        Assert.Equal([3.0, 5.0, 7.0], risk.Replicas[0].Y);
        Assert.Equal([1.0, 9.0], risk.Replicas[1].Y);
        Assert.Equal([2.0, 7.0], risk.Mean!.Y);
        // The standard error of two numbers is half of what is between them.
        Assert.Equal([0.0, 3.0], risk.Band!.Low);
        Assert.Equal([4.0, 11.0], risk.Band.High);
    }

    [Fact]
    public void Bounds_are_a_band_over_the_count_of_their_steps()
    {
        trace.Add(new Progress("") { Reached = [new("free energy", 2, (0, 2)), new("gap", 2)] });
        trace.Add(new Progress("") { Reached = [new("free energy", 1.5, (1, 1.5)), new("gap", double.NaN)] });
        var energy = trace.Of("free energy");
        Assert.Equal(["free energy", "gap"], trace.Names);
        Assert.Equal(("step", 0.0, 1.0), (energy.Horizontal, energy.Band!.X[0], energy.Band.X[1]));
        Assert.Equal([0.0, 1.0], energy.Band.Low);
        Assert.Equal([2.0], trace.Of("gap").Replicas.Single().Y);
    }
}

using System.Collections.Concurrent;
using MeanField.Engine.Collectives;

namespace MeanField.Engine.Tests.Collectives;

public sealed class TeamTests
{
    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(5)]
    public void Every_item_runs_exactly_once_in_every_round(int workers)
    {
        using var team = new Team(workers);
        for (var round = 0; round < 300; round++)
        {
            var runs = new int[round];
            team.Run(round, (item, _) => Interlocked.Increment(ref runs[item]));
            Assert.All(runs, count => Assert.Equal(1, count));
        }
    }

    [Fact]
    public void Worker_numbers_are_below_the_size_of_the_team()
    {
        using var team = new Team(3);
        var seen = new ConcurrentBag<int>();
        team.Run(1000, (_, worker) => seen.Add(worker));
        Assert.All(seen, worker => Assert.InRange(worker, 0, 2));
    }

    [Fact]
    public void Items_are_handed_out_in_order()
    {
        using var team = new Team(1);
        var order = new List<int>();
        team.Run(20, (item, _) => order.Add(item));
        Assert.Equal(Enumerable.Range(0, 20), order);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(3)]
    public void An_exception_reaches_the_caller_and_the_team_goes_on(int workers)
    {
        using var team = new Team(workers);
        var exception = Assert.Throws<InvalidOperationException>(() =>
            team.Run(
                50,
                (item, _) =>
                {
                    if (item == 7)
                        throw new InvalidOperationException("seven");
                }
            )
        );
        Assert.Equal("seven", exception.Message);
        var sum = 0;
        team.Run(10, (item, _) => Interlocked.Add(ref sum, item));
        Assert.Equal(45, sum);
    }

    [Fact]
    public void Idle_workers_wake_after_they_fell_asleep()
    {
        using var team = new Team(2);
        Thread.Sleep(50);
        var count = 0;
        team.Run(100, (_, _) => Interlocked.Increment(ref count));
        Assert.Equal(100, count);
    }
}

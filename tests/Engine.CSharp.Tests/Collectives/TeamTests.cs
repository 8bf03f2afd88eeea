using System.Collections.Concurrent;
using MeanField.Engine.Collectives;

namespace MeanField.Engine.Tests.Collectives;

public sealed class TeamTests
{
    [Theory]
    [InlineData(1, false)]
    [InlineData(2, false)]
    [InlineData(5, false)]
    [InlineData(1, true)]
    [InlineData(2, true)]
    [InlineData(5, true)]
    public void Every_item_runs_exactly_once_in_every_round(int workers, bool near)
    {
        using var team = new Team(workers);
        for (var round = 0; round < 300; round++)
        {
            var runs = new int[round];
            Run(team, near, round, (item, _) => Interlocked.Increment(ref runs[item]));
            Assert.All(runs, count => Assert.Equal(1, count));
        }
    }

    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Worker_numbers_are_below_the_size_of_the_team(bool near)
    {
        using var team = new Team(3);
        var seen = new ConcurrentBag<int>();
        Run(team, near, 1000, (_, worker) => seen.Add(worker));
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
    [InlineData(20, 2)]
    [InlineData(21, 4)]
    [InlineData(3, 5)]
    [InlineData(0, 2)]
    public void Shares_are_neighbours_of_nearly_one_size_taken_in_order_and_from_the_end_by_others(int items, int workers)
    {
        using var team = new Team(workers);
        var taken = new ConcurrentQueue<int>[workers];
        for (var worker = 0; worker < workers; worker++)
            taken[worker] = [];
        team.RunNear(items, (item, worker) => taken[worker].Enqueue(item));
        var sizes = new int[workers];
        for (var worker = 0; worker < workers; worker++)
        {
            var share = ShareOf(items, workers, worker);
            sizes[worker] = share.Count;
            var (own, others) = (taken[worker].Where(share.Contains).ToList(), taken[worker].Where(item => !share.Contains(item)).ToList());
            Assert.Equal([.. own, .. others], taken[worker]);
            Assert.Equal(share.Take(own.Count), own);
            Assert.All(
                others.Zip(others.Skip(1)).Where(pair => Owner(pair.First) == Owner(pair.Second)),
                pair => Assert.True(pair.Second < pair.First)
            );
        }
        Assert.True(sizes.Max() - sizes.Min() <= 1);

        int Owner(int item) => Enumerable.Range(0, workers).First(worker => ShareOf(items, workers, worker).Contains(item));
    }

    [Fact]
    public void Who_is_done_takes_the_last_item_of_another()
    {
        using var team = new Team(2);
        using var isTaken = new ManualResetEventSlim();
        var ofOther = new ConcurrentQueue<int>();
        team.RunNear(
            4,
            (item, worker) =>
            {
                if (worker == 1)
                    ofOther.Enqueue(item);
                if (item == 0)
                    isTaken.Wait();
                if (item == 1)
                    isTaken.Set();
            }
        );
        Assert.Equal([2, 3, 1], ofOther.Take(3));
    }

    [Fact]
    public void A_worker_goes_on_to_the_next_item_of_its_own_share_alone()
    {
        using var team = new Team(2);
        Assert.Equal([true, true, false, false, false], Enumerable.Range(0, 5).Select(item => team.GoesOn(5, item, 0)));
        Assert.Equal([false, false, false, true, false], Enumerable.Range(0, 5).Select(item => team.GoesOn(5, item, 1)));
    }

    [Theory]
    [InlineData(1, false)]
    [InlineData(3, false)]
    [InlineData(1, true)]
    [InlineData(3, true)]
    public void An_exception_reaches_the_caller_and_the_team_goes_on(int workers, bool near)
    {
        using var team = new Team(workers);
        var runs = 0;
        var exception = Assert.Throws<InvalidOperationException>(() =>
            Run(
                team,
                near,
                50,
                (item, _) =>
                {
                    Interlocked.Increment(ref runs);
                    if (item == 7)
                        throw new InvalidOperationException("seven");
                }
            )
        );
        Assert.Equal("seven", exception.Message);
        if (workers == 1)
            Assert.Equal(8, runs);
        var sum = 0;
        Run(team, near, 10, (item, _) => Interlocked.Add(ref sum, item));
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

    private static void Run(Team team, bool near, int items, Action<int, int> item)
    {
        if (near)
            team.RunNear(items, item);
        else
            team.Run(items, item);
    }

    private static List<int> ShareOf(int items, int workers, int worker) =>
        [.. Enumerable.Range(0, items).Where(item => item * workers / Math.Max(1, items) == worker)];
}

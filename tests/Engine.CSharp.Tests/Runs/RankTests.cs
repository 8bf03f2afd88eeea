using MeanField.Engine.Collectives;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Tests.Runs;

/// <summary>Runs shared by ranks, which are threads here: no MPI is needed.</summary>
public sealed class RankTests
{
    private static readonly string[] Settings = ["run.particles=1700", "run.replicas=2", "run.steps=4", "run.seed=5"];

    [Theory]
    [InlineData(2, 1)]
    [InlineData(3, 2)]
    // More ranks than superblocks.
    [InlineData(5, 1)]
    public void Every_rank_has_the_results_of_one_process_and_the_first_alone_writes(int size, int threads)
    {
        var alone = Problems.Run(Problems.Prepare(Problems.Sine, Settings));
        using var folder = new TemporaryFolder();

        var results = Ranks.Run(
            size,
            ranks =>
            {
                var options = new SimulationOptions(threads, "", folder.File($"run{ranks.Rank}"), Force: false) { Ranks = ranks };
                return SimulationRun.Of(Problems.Prepare(Problems.Sine, Settings), options, new Progress<double>(), CancellationToken.None);
            }
        );

        Assert.All(results, result => Assert.Equal(alone.Digest, result.Digest));
        Assert.All(results, result => Assert.Equal(alone.Estimates.Risk, result.Estimates.Risk));
        Assert.Equal([folder.File("run0")], Directory.GetDirectories(folder.Path));
    }

    [Theory]
    [InlineData(10, 3)]
    [InlineData(2, 5)]
    [InlineData(0, 2)]
    public void Superblocks_belong_to_one_rank_each(int superblocks, int size)
    {
        var layout = new ParticleLayout(superblocks * 512, 1);
        var shares = Ranks.Run(size, ranks => new RankShare(layout, ranks));

        Assert.Equal(Enumerable.Range(0, superblocks), shares.SelectMany(share => Enumerable.Range(share.First, share.Count)));
        Assert.True(shares.Max(share => share.Count) - shares.Min(share => share.Count) <= 1);
    }

    /// <summary>One of several threads that stand for processes.</summary>
    private sealed class Ranks(int rank, int size, Barrier barrier, double[][] shared) : ICommunicator
    {
        public int Rank => rank;

        public int Size => size;

        public int OnThisMachine => size;

        public static T[] Run<T>(int size, Func<ICommunicator, T> work)
        {
            using var barrier = new Barrier(size);
            var (shared, results) = (new double[1][], new T[size]);
            var threads = Enumerable.Range(0, size).Select(rank => new Thread(() => Work(rank))).ToArray();
            Array.ForEach(threads, thread => thread.Start());
            Array.ForEach(threads, thread => thread.Join());
            return results;

            void Work(int rank) => results[rank] = work(new Ranks(rank, size, barrier, shared));
        }

        public void AllGather(Span<double> parts, ReadOnlySpan<int> counts)
        {
            if (rank == 0)
                shared[0] = new double[parts.Length];
            barrier.SignalAndWait();
            var start = 0;
            for (var before = 0; before < rank; before++)
                start += counts[before];
            parts.Slice(start, counts[rank]).CopyTo(shared[0].AsSpan(start));
            barrier.SignalAndWait();
            shared[0].CopyTo(parts);
            barrier.SignalAndWait();
        }

        public void Abort(int exitCode) => throw new InvalidOperationException("nothing fails here");

        public void Dispose() { }
    }
}

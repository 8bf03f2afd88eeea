using MeanField.Engine.Ensembles;
using MeanField.Engine.Runs;
using MeanField.Engine.Tests.Collectives;

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
}

using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Tests.Runs;

/// <summary>Every example ends in the same bits at every width, on one, two and three threads.</summary>
public sealed class ExampleDigestTests
{
    private const int Steps = 12;

    public static TheoryData<string, Precision> Examples()
    {
        var data = new TheoryData<string, Precision>();
        // The optimal control is found anew for each run, which takes its time: a small problem stands for it below.
        foreach (var folder in Programs.Examples.Folders.Where(folder => Programs.Examples.Read(folder).Run.Dynamics != Dynamics.Foellmer))
        foreach (var precision in Enum.GetValues<Precision>())
            data.Add(Path.GetFileName(folder), precision);
        return data;
    }

    [Theory, MemberData(nameof(Examples))]
    public void One_digest_at_every_width_and_on_any_number_of_threads(string example, Precision precision)
    {
        var folder = Programs.Examples.Folders.Single(folder => Path.GetFileName(folder) == example);
        var problem = Read(folder, precision);
        var scalar = Problems.Run(PreparedRun.Of(problem, folder, VectorTarget.Scalar), threads: 1);
        var expected = scalar.Digest;

        Assert.Equal("completed", scalar.Status.Name);
        // Two and three threads by turns: a width or a number of threads that differs is seen all the same.
        foreach (var (k, target) in VectorTargets.Supported.Where(target => target != VectorTarget.Scalar).Index())
            Assert.Equal(expected, Problems.Run(PreparedRun.Of(problem, folder, target), threads: 2 + k % 2).Digest);
    }

    /// <summary>The same for the optimal control, and with the comparison of a greedy run with it, which changes nothing.</summary>
    [Theory]
    [InlineData("foellmer", Precision.Double)]
    [InlineData("foellmer", Precision.Single)]
    [InlineData("greedy", Precision.Double)]
    public void One_digest_with_the_optimal_control(string dynamics, Precision precision)
    {
        string[] settings =
        [
            $"run.dynamics={dynamics}",
            $"run.precision={precision.ToString().ToLowerInvariant()}",
            "run.particles=530",
            "run.steps=10",
            "run.replicas=3",
        ];
        var all = VectorTargets
            .Supported.Select(target => (Target: target, Threads: 1))
            .Concat(new[] { 2, 3 }.Select(threads => (Target: VectorTargets.Default, Threads: threads)))
            .Select(way => Result(way.Target, way.Threads))
            .ToArray();

        Assert.All(all, result => Assert.Equal((all[0].Digest, all[0].Excess), result));

        (string Digest, double? Excess) Result(VectorTarget target, int threads)
        {
            using var folder = new TemporaryFolder();
            var run = PreparedRun.Of(Problems.Read(Problems.T1, settings), "", target);
            var options = new SimulationOptions(threads, "", folder.File("run"), Force: false, Compares: true);
            var result = SimulationRun.Of(run, options, new Progress<double>(), CancellationToken.None);
            return (result.Digest, result.Estimates.ExcessIdentity.Value.Value);
        }
    }

    /// <summary>The example with particles of two superblocks and a few steps of their own length; that of a control ends at tau.</summary>
    private static Problem Read(string folder, Precision precision)
    {
        var whole = Programs.Examples.Read(folder).Run;
        var horizon = FormattableString.Invariant($"{whole.Horizon.Value * Steps / whole.Steps}");
        string[] tau = whole.Dynamics == Dynamics.Langevin ? [] : [$"energy.tau={horizon}"];
        return Programs.Examples.Read(
            folder,
            [
                .. tau,
                $"run.horizon={horizon}",
                $"run.steps={Steps}",
                "run.particles=530",
                "run.replicas=1",
                $"run.precision={precision.ToString().ToLowerInvariant()}",
            ]
        );
    }
}

using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Tests.Runs;

/// <summary>Every example that the greedy dynamics can run ends in the same bits at every width, on one, two and three threads.</summary>
public sealed class ExampleDigestTests
{
    /// <summary>
    /// Not for the greedy dynamics: two objectives without entropy; three input laws that are not built; a moment matrix that is singular
    /// where all particles are one.
    /// </summary>
    private static readonly string[] Others =
    [
        "04-sparse-parity",
        "05-gaussian-mixture",
        "07-teacher-student",
        "08-mmd-flow",
        "09-d-optimal-design",
        "15-noiseless-flow",
    ];

    public static TheoryData<string, Precision> Examples()
    {
        var data = new TheoryData<string, Precision>();
        foreach (var folder in Programs.Examples.Folders.Where(folder => !Others.Contains(Path.GetFileName(folder))))
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
        foreach (var target in VectorTargets.Supported.Where(target => target != VectorTarget.Scalar))
            Assert.Equal(expected, Problems.Run(PreparedRun.Of(problem, folder, target), threads: 1).Digest);
        foreach (var threads in new[] { 2, 3 })
            Assert.Equal(expected, Problems.Run(PreparedRun.Of(problem, folder), threads).Digest);
    }

    /// <summary>The example as the greedy dynamics take it: particles of two superblocks from 0, horizon tau, twenty steps.</summary>
    private static Problem Read(string folder, Precision precision)
    {
        var horizon = Programs.Examples.Read(folder).Energy.Tau.Value;
        return Programs.Examples.Read(
            folder,
            "run.dynamics=greedy",
            "run.scheme=euler",
            "run.start=zero",
            FormattableString.Invariant($"run.horizon={horizon}"),
            "run.steps=20",
            "run.particles=530",
            "run.replicas=1",
            $"run.precision={precision.ToString().ToLowerInvariant()}"
        );
    }
}

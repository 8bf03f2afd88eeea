using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Tests.Runs;

/// <summary>Every example ends in the same bits at every width, on one, two and three threads.</summary>
public sealed class ExampleDigestTests
{
    private const int Steps = 20;

    public static TheoryData<string, Precision> Examples()
    {
        var data = new TheoryData<string, Precision>();
        foreach (var folder in Programs.Examples.Folders)
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

    /// <summary>The example with particles of two superblocks and twenty steps of their own length; that of a control ends at tau.</summary>
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

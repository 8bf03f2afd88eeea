using MeanField.Core;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Tests.Runs;

/// <summary>Each way in which numbers leave the finite ones, alone: a particle by its own step, the control, the objective.</summary>
public sealed class BreakdownTests : IDisposable
{
    private const int Particles = 40;

    private readonly TemporaryFolder folder = new();

    public void Dispose() => folder.Dispose();

    /// <summary>A gradient flow of one step from given particles.</summary>
    private RunStatus Status(string objective, double[] start, string precision, double horizon = 0.1)
    {
        using (var file = File.Create(folder.File("w.npy")))
            NpyFile.Write(file, 1, [start]);
        var problem = $"""
            title = "Breakdown"
            [neuron]
            parameters = ["w"]
            [energy]
            beta = 1
            tau = 1
            objective = "{objective}"
            [run]
            dynamics = "langevin"
            start = "w.npy"
            horizon = {horizon:R}
            steps = 1
            particles = {Particles}
            replicas = 1
            snapshots = 0
            """;
        var run = PreparedRun.Of(Problems.Read(problem, [$"run.precision={precision}"]), folder.Path);
        var options = new SimulationOptions(1, folder.Path, folder.File("run"), Force: true);
        return SimulationRun.Of(run, options, new Progress<double>(), CancellationToken.None).Status;
    }

    private static double[] Zeros(params (int Particle, double Value)[] others)
    {
        var start = new double[Particles];
        foreach (var (particle, value) in others)
            start[particle] = value;
        return start;
    }

    [Fact]
    public void A_particle_that_leaves_by_its_own_step_is_named_and_kept_as_it_was()
    {
        // Drift and objective are finite in single precision; 3.35e38 + 1e38/10 is not.
        var broken = Assert.IsType<RunStatus.NonFinite>(Status("-E[w~mu](w)/10", Zeros((27, 3.35e38)), precision: "single", horizon: 1e38));

        Assert.Equal((0, 27), (broken.Step, broken.Particle));
        Assert.Equal(3.35e38, broken.Parameters[0].Value[0], 1e32);
        Assert.All(NpyFile.Read(folder.File("run/particles-0.npy"), Location.Nowhere).Values, value => Assert.True(double.IsFinite(value)));
    }

    [Theory]
    [InlineData("-1e200*E[w~mu](w)", 0)] // |drift|^2 = 1e400
    [InlineData("3*E[w~mu](w)", 1.7e308)] // 5.1e308
    public void A_control_or_an_objective_that_overflows_alone_ends_the_run(string objective, double start)
    {
        var status = Status(objective, [.. Enumerable.Repeat(start, Particles)], precision: "double");

        Assert.Equal(0, Assert.IsType<RunStatus.NonFinite>(status).Step);
    }

    [Fact]
    public void Large_finite_numbers_do_not() =>
        Assert.IsType<RunStatus.Completed>(Status("-1e150*E[w~mu](w)", Zeros((3, 1e150)), precision: "double"));
}

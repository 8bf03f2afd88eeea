using System.Text.Json;

namespace MeanField.Cli.Tests;

public sealed class SolveCompareTests : IDisposable
{
    /// <summary>The linear neuron in two dimensions over random signs: everything is known (theory, section 9, L).</summary>
    private const string Linear = """
        [neuron]
        activation = "dot(b, x)"
        parameters = ["b[p]"]
        [input]
        dimension = 2
        law = "signs"
        nodes = 4
        [target]
        expression = "x[1] - 2*x[2]"
        [energy]
        beta = 4
        tau = 0.5
        [run]
        particles = 2000
        steps = 200
        replicas = 8
        """;

    private readonly ProblemFolder folder = new(Linear);

    public void Dispose() => folder.Dispose();

    private async Task<JsonElement> Compared(params string[] options)
    {
        var solved = await folder.Workbench(["solve", "p.toml", "--json", "--quiet", "--compare", "r", .. options]);
        Assert.Equal((0, ""), (solved.ExitCode, solved.Error));
        return JsonDocument.Parse(solved.Output).RootElement.GetProperty("compare");
    }

    private async Task Ran(params string[] options)
    {
        var ran = await folder.Workbench(["run", "p.toml", "--json", "--quiet", "--out", "r", .. options]);
        Assert.Equal((0, ""), (ran.ExitCode, ran.Error));
    }

    [Fact]
    public async Task The_excess_of_the_linear_net_is_that_of_its_closed_form()
    {
        await Ran();
        var compare = await Compared();

        // Euler's chain of K steps: the mean is theta (1 - q^K), q = 1 - beta tau/K, the covariance tau I; mu* has the mean theta beta tau/(1 + beta tau).
        var reached = 1 - Math.Pow(1 - 2.0 / 200, 200);
        var distance = 0.5 * 5 * Math.Pow(reached - 2.0 / 3, 2);
        // D(mu || mu*) of two normals of covariance tau I, over beta.
        var divergence = 5 * Math.Pow(reached - 2.0 / 3, 2) / (2 * 0.5) / 4;
        var errors = compare.GetProperty("standardErrors");

        void Agrees(double expected, string name) =>
            Assert.Equal(expected, compare.GetProperty(name).GetDouble(), 5 * errors.GetProperty(name).GetDouble());
        Agrees(distance, "distance");
        var (low, high) = (compare.GetProperty("excessLower").GetDouble(), compare.GetProperty("excessUpper").GetDouble());
        Assert.InRange(
            distance + divergence,
            low - 5 * errors.GetProperty("excessLower").GetDouble(),
            high + 5 * errors.GetProperty("excessUpper").GetDouble()
        );
        // The bound by alpha* alone is D(mu || gamma) - D(mu || mu*).
        Agrees(5 * reached * reached / (2 * 0.5) - 4 * divergence, "klLower");
        Assert.Equal("r", compare.GetProperty("folder").GetString());
    }

    [Fact]
    public async Task An_objective_of_ones_own_is_compared_by_the_bracket_of_the_run()
    {
        folder.Write(
            "p.toml",
            """
            [neuron]
            parameters = ["b"]
            [energy]
            beta = 4
            tau = 1
            objective = "E[w~mu]((w.b - 1)^2/2) + KL(mu, gamma)/beta"
            [run]
            particles = 500
            steps = 50
            replicas = 4
            """
        );
        await Ran();
        var compare = await Compared();
        // mu* = N(4/5, 1/5), and F* = -log Z/beta with Z = exp(-2/5)/sqrt(5).
        var least = (0.8 + Math.Log(5)) / 2 / 4;
        foreach (var (excess, energy) in new[] { ("excessLower", "freeEnergyLower"), ("excessUpper", "freeEnergyUpper") })
            Assert.Equal(compare.GetProperty(energy).GetDouble() - least, compare.GetProperty(excess).GetDouble(), 1e-8);
        Assert.Equal(JsonValueKind.Null, compare.GetProperty("distance").ValueKind);
        Assert.NotNull(compare.GetProperty("distanceReason").GetString());
    }

    [Fact]
    public async Task People_get_a_second_table()
    {
        await Ran("--replicas", "1");
        var solved = await folder.Workbench("solve", "p.toml", "--quiet", "--compare", "r");
        Assert.Equal(0, solved.ExitCode);
        Assert.Contains("r against the minimiser", solved.Output);
        Assert.Contains("excessUpper", solved.Output);
    }

    [Fact]
    public async Task A_run_of_another_problem_is_refused_with_the_key_before_anything_is_solved()
    {
        await Ran("--set", "energy.beta=5");
        var solved = await folder.Workbench("solve", "p.toml", "--compare", "r");
        Assert.Equal((2, ""), (solved.ExitCode, solved.Output));
        Assert.StartsWith("r: found a run of another problem: energy.beta (5 there, 4 here); expected a run of the problem", solved.Error);
    }

    [Fact]
    public async Task A_run_told_otherwise_is_still_one_of_the_problem()
    {
        await Ran("--particles", "30", "--replicas", "2", "--steps", "5");
        var compare = await Compared("--tolerance", "1e-6");
        Assert.True(compare.GetProperty("excessUpper").GetDouble() >= compare.GetProperty("excessLower").GetDouble());
    }

    [Fact]
    public async Task What_is_no_run_is_told()
    {
        var solved = await folder.Workbench("solve", "p.toml", "--compare", "nowhere");
        Assert.Equal((2, ""), (solved.ExitCode, solved.Output));
        Assert.StartsWith("nowhere: found no such folder", solved.Error);
    }
}

using System.Globalization;
using System.Text.Json;
using MeanField.Engine.Runs;

namespace MeanField.Cli.Tests;

public sealed class SolveFolderTests : IDisposable
{
    private static readonly string T1 = Path.Combine(Repository.Examples, "02-tanh-t1", "problem.toml");

    private readonly ProblemFolder folder = new();

    public void Dispose() => folder.Dispose();

    private async Task<JsonElement> Solved(string file, params string[] options)
    {
        var solved = await folder.Workbench(["solve", file, "--json", "--quiet", .. options]);
        Assert.Equal((0, ""), (solved.ExitCode, solved.Error));
        return JsonDocument.Parse(solved.Output).RootElement;
    }

    private double[][] Numbers(string name) =>
        [
            .. folder
                .Read(name)
                .Split('\n', StringSplitOptions.RemoveEmptyEntries)
                .Skip(1)
                .Select(row => row.Split(',').Select(cell => cell == "" ? double.NaN : Number(cell)).ToArray()),
        ];

    private static double Number(string cell) => double.Parse(cell, CultureInfo.InvariantCulture);

    [Fact]
    public async Task Without_files_to_write_there_is_no_folder()
    {
        await Solved("p.toml");
        Assert.Equal(["d.csv", "p.toml"], folder.Names());
    }

    [Fact]
    public async Task A_folder_has_the_problem_the_nodes_and_the_result()
    {
        var json = await Solved("p.toml", "--out", "o");
        Assert.Equal([".lock", "call.json", "log.txt", "nodes.csv", "problem.toml", "solve.json"], folder.Names("o"));
        Assert.Equal("o", json.GetProperty("folder").GetString());
        var kept = JsonDocument.Parse(folder.Read("o/solve.json")).RootElement.GetProperty("results");
        Assert.Equal(json.GetRawText(), kept.GetRawText().Replace("\n  ", "\n"));

        // What is in the nodes gives the risk, and alpha = f - fhat there, the residual apart.
        Assert.StartsWith("x,weight,f,alpha,fhat\n", folder.Read("o/nodes.csv"));
        var nodes = Numbers("o/nodes.csv");
        Assert.Equal(json.GetProperty("risk").GetDouble(), nodes.Sum(node => node[1] * Math.Pow(node[2] - node[4], 2)), 1e-12);
        Assert.All(nodes, node => Assert.Equal(node[2] - node[4], node[3], 1e-9));
    }

    [Fact]
    public async Task The_copy_of_the_problem_has_the_same_minimum()
    {
        var json = await Solved("p.toml", "--out", "o", "--set", "energy.beta=7");
        var again = await Solved("o/problem.toml");
        Assert.Equal(json.GetProperty("freeEnergy").GetDouble(), again.GetProperty("freeEnergy").GetDouble());
    }

    [Fact]
    public async Task A_folder_with_files_is_overwritten_by_force_alone()
    {
        await Solved("p.toml", "--out", "o", "--samples", "10");
        folder.Write("o/mine.txt", "mine");
        var refused = await folder.Workbench("solve", "p.toml", "--quiet", "--out", "o");
        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith("key --out: found the folder o, which is not empty", refused.Error);

        await Solved("p.toml", "--out", "o", "--force");
        Assert.Equal([".lock", "call.json", "log.txt", "mine.txt", "nodes.csv", "problem.toml", "solve.json"], folder.Names("o"));
        var own = await folder.Workbench("solve", "p.toml", "--quiet", "--out", ".", "--force");
        Assert.Equal((2, ""), (own.ExitCode, own.Output));
    }

    [Fact]
    public async Task Neurons_of_the_minimiser_have_its_mean_and_covariance()
    {
        const int count = 20_000;
        var json = await Solved("p.toml", "--out", "o", "--samples", $"{count}", "--threads", "1");
        var array = NpyFile.Read(folder.File("o/samples.npy"), MeanField.Core.Location.Nowhere);
        Assert.Equal((count, 2), (array.Rows, array.Columns));
        Assert.InRange(json.GetProperty("samples").GetProperty("distance").GetDouble(), 0, 1e-9);
        var law = json.GetProperty("law");
        double Mean(Func<double, double, double> part) => array.Values.Chunk(2).Average(w => part(w[0], w[1]));
        void Agrees(double expected, Func<double, double, double> part)
        {
            var mean = Mean(part);
            var error = Math.Sqrt(Mean((a, b) => Math.Pow(part(a, b) - mean, 2)) / count);
            // Five standard errors: one seed, fixed.
            Assert.Equal(expected, mean, 5 * error);
        }
        var (a, b) = (law.GetProperty("mean")[0].GetDouble(), law.GetProperty("mean")[1].GetDouble());
        Agrees(a, (u, _) => u);
        Agrees(b, (_, v) => v);
        Agrees(law.GetProperty("covariance")[0][0].GetDouble(), (u, _) => (u - a) * (u - a));
        Agrees(law.GetProperty("covariance")[0][1].GetDouble(), (u, v) => (u - a) * (v - b));
        Agrees(law.GetProperty("covariance")[1][1].GetDouble(), (_, v) => (v - b) * (v - b));

        await Solved("p.toml", "--out", "o2", "--samples", $"{count}", "--threads", "2");
        Assert.Equal(File.ReadAllBytes(folder.File("o/samples.npy")), File.ReadAllBytes(folder.File("o2/samples.npy")));
    }

    [Fact]
    public async Task The_net_on_a_grid_is_that_at_the_nodes_and_goes_on_between_them()
    {
        await Solved("p.toml", "--out", "o", "--grid", "x=-1:1:5");
        Assert.StartsWith("x,fhat\n", folder.Read("o/fhat.csv"));
        var (nodes, grid) = (Numbers("o/nodes.csv"), Numbers("o/fhat.csv"));
        Assert.Equal([-1, -0.5, 0, 0.5, 1], grid.Select(row => row[0]));
        foreach (var node in nodes)
            Assert.Equal(node[4], grid.Single(row => row[0] == node[0])[1], 1e-13);
        // a*tanh(b*x) is odd in x, so that its mean is 0 at 0.
        Assert.Equal(0, grid[2][1], 1e-15);
        Assert.Equal(-grid[1][1], grid[3][1], 1e-13);
    }

    [Fact]
    public async Task Sampled_expectations_give_the_grid_standard_errors()
    {
        await Solved("p.toml", "--out", "exact", "--grid", "x=-1:1:5");
        await Solved("p.toml", "--out", "o", "--grid", "x=-1:1:5", "--method", "importance");
        Assert.StartsWith("x,fhat,standardError\n", folder.Read("o/fhat.csv"));
        foreach (var (exact, sampled) in Numbers("exact/fhat.csv").Zip(Numbers("o/fhat.csv")).Where(pair => pair.First[0] != 0))
        {
            Assert.True(sampled[2] > 0);
            // The dual variable itself has an error of the tolerance of sampled methods.
            Assert.Equal(exact[1], sampled[1], 1e-2);
        }
    }

    [Fact]
    public async Task A_path_has_the_golden_divergences_and_a_row_for_each_beta()
    {
        var json = await Solved(T1, "--out", "o", "--beta", "2:0.1:3log");
        Assert.Equal([".lock", "call.json", "log.txt", "path.csv", "path.parquet", "problem.toml", "solve.json"], folder.Names("o"));
        var path = json.GetProperty("path").EnumerateArray().ToArray();
        Assert.Equal(3, path.Length);
        Assert.Equal((2, 0.1), (path[0].GetProperty("beta").GetDouble(), path[2].GetProperty("beta").GetDouble()));
        var golden = GoldenFile.List("T1.byBeta.kl");
        foreach (var (point, kl) in new[] { path[0], path[2] }.Zip([golden[0], golden[2]]))
            Assert.Equal(kl.Value, point.GetProperty("kl").GetDouble(), 1e-9);
        var header = folder.Read("o/path.csv").Split('\n')[0].Split(',').ToList();
        var rows = Numbers("o/path.csv");
        foreach (var (row, point) in rows.Zip(path))
        foreach (var name in (string[])["beta", "freeEnergy", "dual", "risk", "kl", "logZ"])
            Assert.Equal(point.GetProperty(name).GetDouble(), row[header.IndexOf(name)]);
        Assert.All(rows, row => Assert.Equal(1, row[header.IndexOf("certified")]));
    }

    [Fact]
    public async Task A_point_of_a_path_is_the_minimiser_of_its_own_problem()
    {
        var json = await Solved("p.toml", "--out", "o", "--beta", "1:9:3");
        var alone = await Solved("p.toml", "--set", "energy.beta=9");
        Assert.Equal(alone.GetProperty("freeEnergy").GetDouble(), json.GetProperty("path")[2].GetProperty("freeEnergy").GetDouble(), 1e-10);
    }

    [Fact]
    public async Task A_grid_for_a_problem_without_a_net_is_refused_before_anything_is_written()
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
            """
        );
        var solved = await folder.Workbench("solve", "p.toml", "--grid", "x=0:1:2", "--out", "o");
        Assert.Equal((2, ""), (solved.ExitCode, solved.Output));
        Assert.StartsWith("key --grid: found a problem without a net", solved.Error);
        Assert.False(Directory.Exists(folder.File("o")));
    }

    [Theory]
    [InlineData("y=0:1:2", "--grid: found 'y=0:1:2'; expected a range for each of x, such as \"x=-1:1:21\"; see 'workbench solve --help'")]
    [InlineData("x", "--grid: found 'x'; expected NAME=A:B:N, several parted by commas; see 'workbench solve --help'")]
    [InlineData("x=0:1:2,x=0:1:2", "--grid: found 'x=0:1:2,x=0:1:2'; expected a range for each of x, such as")]
    public async Task A_wrong_grid_is_told(string grid, string message)
    {
        var solved = await folder.Workbench("solve", "p.toml", "--grid", grid);
        Assert.Equal((2, ""), (solved.ExitCode, solved.Output));
        Assert.StartsWith(message, solved.Error);
    }
}

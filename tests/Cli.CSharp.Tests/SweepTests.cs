using System.Globalization;
using System.Text.Json.Nodes;

namespace MeanField.Cli.Tests;

/// <summary>Sweeps as users make them.</summary>
public sealed class SweepTests : IDisposable
{
    private const string Solve = """
        problem = "p.toml"
        command = "solve"

        [grid]
        "energy.beta" = [1, 4]
        energy.tau = [0.5, 1.0]

        """;

    private readonly ProblemFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task A_sweep_that_is_killed_and_restarted_gives_the_same_table()
    {
        var report = await new SweepCampaign(folder, seed: 2).Run(6, 1);
        Assert.Empty(report.Wrong);
        Assert.Equal((6, 1), (report.Cells, report.Kills));
    }

    [Theory]
    [InlineData("run", "run.steps=3000")]
    [InlineData("solve", "solve.method=smc")]
    public async Task A_cell_that_was_killed_goes_on_from_its_checkpoint(string command, string setting)
    {
        folder.Write("s.toml", Solve.Replace("\"solve\"", $"\"{command}\"").Replace("[0.5, 1.0]", "[1.0]"));
        string[] call = ["sweep", "s.toml", "--quiet", "--threads", "1", "--checkpoint", "0", "--set", setting];
        var calm = await folder.Workbench([.. call, "--out", "calm"]);
        Assert.Equal((0, ""), (calm.ExitCode, calm.Error));
        var cell = "hit/runs/000001";
        Assert.Null(
            await WorkbenchProcess.Kill(folder.Path, 0, TimeSpan.Zero, () => Checkpoints(cell).Length == 2, [.. call, "--out", "hit"])
        );
        var newest = Checkpoints(cell).MaxBy(name => int.Parse(name.Split('-')[1]))!;
        File.AppendAllText(Directory.EnumerateFiles(folder.File($"{cell}/{newest}")).Order().Last(), " ");

        var end = await folder.Workbench([.. call, "--resume", "hit"]);

        // That the newest was damaged is seen by who goes on from the one before.
        Assert.Equal(0, end.ExitCode);
        Assert.Contains($"{newest} is passed over", end.Error + folder.Log(cell));
        Assert.Equal(folder.Read("calm/sweep.csv"), folder.Read("hit/sweep.csv"));
        Assert.Equal(folder.Names("calm/runs"), folder.Names("hit/runs"));
    }

    [Fact]
    public async Task Every_cell_is_what_the_command_alone_computes()
    {
        var json = await Sweep(Solve, 0, "--json");
        Assert.Equal(4, json["cells"]!.AsArray().Count);
        var cell = json["cells"]![2]!;
        Assert.Equal(("4", "0.5"), (Text(cell["settings"]!["energy.beta"]), Text(cell["settings"]!["energy.tau"])));
        var alone = await folder.Workbench("solve", "p.toml", "--json", "--quiet", "--set", "energy.beta=4", "--set", "energy.tau=0.5");
        var (mine, its) = (cell["result"]!.AsObject(), JsonNode.Parse(alone.Output)!.AsObject());
        mine.Remove("seconds");
        its.Remove("seconds");
        Assert.Equal(its.ToJsonString(), mine.ToJsonString());
    }

    [Fact]
    public async Task The_table_has_a_row_a_cell_with_the_keys_of_the_grid_and_every_scalar()
    {
        var json = await Sweep(Solve, 0, "--json");
        var rows = folder.Read("o/sweep.csv").TrimEnd('\n').Split('\n').Select(line => line.Split(',')).ToArray();
        Assert.Equal(["cell", "energy.beta", "energy.tau", "exitCode", "message"], rows[0][..5]);
        Assert.Equal(
            [
                ["1", "1", "0.5"],
                ["2", "1", "1"],
                ["3", "4", "0.5"],
                ["4", "4", "1"],
            ],
            rows[1..].Select(row => row[..3])
        );
        Assert.Contains("standardErrors.freeEnergy", rows[0]);
        Assert.DoesNotContain("seconds", rows[0]);
        var column = Array.IndexOf(rows[0], "freeEnergy");
        Assert.Equal(
            json["cells"]!.AsArray().Select(cell => cell!["result"]!["freeEnergy"]!.GetValue<double>()),
            rows[1..].Select(row => double.Parse(row[column], CultureInfo.InvariantCulture))
        );
    }

    [Fact]
    public async Task A_cell_that_fails_is_told_and_the_others_go_on()
    {
        var sweep = Solve.Replace("energy.tau = [0.5, 1.0]", "\"neuron.activation\" = [\"a*tanh(b*x\", \"a*tanh(b*x)\"]");
        var json = await Sweep(sweep, 3, "--json");
        var failed = json["cells"]!.AsArray().Where(cell => cell!["exitCode"]!.GetValue<int>() == 2).ToArray();
        Assert.Equal(2, failed.Length);
        Assert.Equal(2, json["failed"]!.GetValue<int>());
        Assert.All(failed, cell => Assert.StartsWith("s.toml, line 6, column 24, key neuron.activation: ", Text(cell!["message"])));
        Assert.Equal(2, json["cells"]!.AsArray().Count(cell => cell!["result"] is not null));
    }

    [Theory]
    [InlineData("[1, 4]", "[1, 5]", "the grid of energy.beta, 1, 5, which was 1, 4")]
    [InlineData("\"solve\"", "\"run\"", "the command \"run\", which was \"solve\"")]
    [InlineData("[0.5, 1.0]", "[0.5]", "the grid of energy.tau, 0.5, which was 0.5, 1.0")]
    public async Task A_sweep_that_was_changed_is_not_resumed(string old, string now, string told)
    {
        await Sweep(Solve, 0);
        folder.Write("s.toml", Solve.Replace(old, now));
        var refused = await folder.Workbench("sweep", "s.toml", "--quiet", "--resume", "o");
        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith("o/sweep.json: found " + told, refused.Error.Replace('\\', '/'));
    }

    [Fact]
    public async Task A_problem_that_was_changed_is_not_resumed()
    {
        await Sweep(Solve, 0);
        folder.Write("p.toml", ProblemFolder.Atoms.Replace("x^2", "x^3"));
        var refused = await folder.Workbench("sweep", "s.toml", "--quiet", "--out", "o");
        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith("o/sweep.json: found the problem: 'expression = \"x^3\"', which was not so", refused.Error);
    }

    [Fact]
    public async Task A_data_file_that_was_changed_is_not_resumed()
    {
        folder.Write("p.toml", ProblemFolder.Data);
        await Sweep(Solve, 0);
        folder.Write("d.csv", "bmi,bp,progression\n1.5,2,3\n-1,0.5,1\n0.5,-2,3\n");
        var refused = await folder.Workbench("sweep", "s.toml", "--quiet", "--resume", "o");
        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith("o/sweep.json: found the file d.csv", refused.Error);
    }

    [Theory]
    [InlineData("p.toml", "q.toml", "s.toml, line 1, column 11, key problem: found \"q.toml\", where no file stands")]
    [InlineData("energy.beta", "energy.bata", "s.toml, line 5, column 18, key energy.bata: found the unknown key 'bata'")]
    [InlineData("energy.tau", "energy.beta", "s.toml, line 6, column 15, key energy.beta: found the key energy.beta twice")]
    [InlineData("[1, 4]", "[1, 1.0]", "s.toml, line 5, column 21, key energy.beta: found 1.0 twice")]
    [InlineData("[1, 4]", "[]", "s.toml, line 5, column 17, key energy.beta: found an empty list")]
    [InlineData("[1, 4]", "4", "s.toml, line 5, column 17, key energy.beta: found the number 4")]
    [InlineData("[1, 4]", "[1, \"x\"]", "s.toml, line 5, column 21, key energy.beta: found the text \"x\"")]
    [InlineData("\"energy.beta\"", "\"constants.q\"", "s.toml, line 5, column 17, key constants.q: found the unknown constant 'q'")]
    [InlineData("\"energy.beta\"", "\"run.steps\"", "s.toml, line 5, column 15, key run.steps: found a key of [run]")]
    public async Task What_is_wrong_with_a_sweep_file_is_told_at_its_place(string old, string now, string told)
    {
        folder.Write("s.toml", Solve.Replace(old, now));
        var refused = await folder.Workbench("sweep", "s.toml", "--quiet", "--out", "o");
        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith(told, refused.Error);
        Assert.False(Directory.Exists(folder.File("o")));
    }

    [Fact]
    public async Task A_signal_keeps_the_finished_cells()
    {
        var sweep = Solve.Replace("\"solve\"", "\"run\"").Replace("[0.5, 1.0]", "[0.5, 1.0]\n\"run.steps\" = [10, 1000000]");
        folder.Write("s.toml", sweep);
        var stopped = await WorkbenchProcess.Interrupt(
            folder.Path,
            "-INT",
            () => File.Exists(folder.File("o/cells/000001.json")),
            "sweep",
            "s.toml",
            "--quiet",
            "--threads",
            "2",
            "--out",
            "o",
            "--set",
            "run.snapshots=0"
        );
        Assert.Equal(130, stopped.ExitCode);
        Assert.Contains("of 8 cells are done; go on by: workbench sweep s.toml --resume o\n", stopped.Error);
        Assert.True(File.Exists(folder.File("o/cells/000001.json")));
        Assert.False(File.Exists(folder.File("o/sweep.csv")));
    }

    [Fact]
    public async Task The_example_has_the_divergences_of_theory_section_9_and_its_regimes()
    {
        var example = Path.Combine(Repository.Examples, "02-tanh-t1");
        folder.Write("problem.toml", File.ReadAllText(Path.Combine(example, "problem.toml")));
        var json = await Sweep(File.ReadAllText(Path.Combine(example, "sweep.toml")).Replace("\"lazy\"", "\"solve\""), 0, "--json");
        var cells = json["cells"]!.AsArray().Where(cell => Text(cell!["settings"]!["energy.tau"]) == "1").ToArray();
        Assert.Equal(["0.1", "0.5", "2", "20"], cells.Select(cell => Text(cell!["settings"]!["energy.beta"])));
        var byBeta = GoldenFile.List("T1.byBeta.kl");
        GoldenNumber[] divergences = [byBeta[2], byBeta[1], byBeta[0], GoldenFile.Number("T1.kl")];
        // One unit of the last digit: what the solver leaves comes on top of half a unit.
        foreach (var (cell, golden) in cells.Zip(divergences))
            Assert.Equal(golden.Value, cell!["result"]!["kl"]!.GetValue<double>(), 2 * golden.HalfUnit);
        Assert.Equal(["lazy", "lazy", "feature learning", "feature learning"], cells.Select(cell => Text(cell!["regime"]!["laziness"])));
    }

    private async Task<JsonNode> Sweep(string sweep, int exitCode, params string[] options)
    {
        folder.Write("s.toml", sweep);
        var end = await folder.Workbench(["sweep", "s.toml", "--quiet", "--out", "o", .. options]);
        Assert.True(exitCode == end.ExitCode, end.Error);
        return options.Contains("--json") ? JsonNode.Parse(end.Output)! : new JsonObject();
    }

    private string[] Checkpoints(string run) =>
        Directory.Exists(folder.File(run)) ? [.. folder.Names(run).Where(name => name.StartsWith("checkpoint-"))] : [];

    private static string Text(JsonNode? node) => node!.GetValue<string>();
}

using System.Text.Json.Nodes;

namespace MeanField.Cli.Tests;

/// <summary>Sweeps whose cells several processes share, as mpirun starts them.</summary>
public sealed class SweepRankTests : IDisposable
{
    private const string Sweep = """
        problem = "p.toml"
        command = "run"

        [grid]
        "energy.beta" = [1, 4, 9]
        "run.seed" = [1, 2]

        """;

    private readonly ProblemFolder folder = new();

    public SweepRankTests() => folder.Write("s.toml", Sweep);

    public void Dispose() => folder.Dispose();

    [TheoryNeeding("mpirun", "openmpi-bin")]
    [InlineData(2, "2", 0)]
    // Hot cells come to their end, cold ones fail.
    [InlineData(4, "1", 3, "--set", "neuron.activation=a*b^3*x", "--set", "run.steps=7", "--set", "energy.tau=4.0")]
    public async Task Any_number_of_processes_has_the_cells_and_the_table_of_one(
        int ranks,
        string threads,
        int exitCode,
        params string[] settings
    )
    {
        var one = await folder.Workbench([.. Arguments("one"), .. settings, "--json"]);
        var all = await MpiProcess.Run(folder.Path, ranks, [.. Arguments("all"), .. settings, "--json", "--threads", threads]);

        Assert.Equal((exitCode, exitCode), (one.ExitCode, all.ExitCode));
        AssertSame("one", "all");
        var (calm, shared) = (JsonNode.Parse(one.Output)!, JsonNode.Parse(all.Output)!);
        Assert.Equal(calm["failed"]!.GetValue<int>(), shared["failed"]!.GetValue<int>());
        Assert.Equal(6, shared["cells"]!.AsArray().Count);
    }

    [TheoryNeeding("mpirun", "openmpi-bin")]
    [InlineData(2)]
    public async Task A_process_that_dies_ends_the_sweep_and_its_finished_cells_stay(int ranks)
    {
        string[] longer = ["--set", "run.particles=2000", "--set", "run.steps=600"];
        var one = await folder.Workbench([.. Arguments("one"), .. longer]);
        Assert.Equal((0, ""), (one.ExitCode, one.Error));

        var died = await MpiProcess.KillLast(
            folder.Path,
            ranks,
            () => Finished().Count > 0,
            [.. Arguments("all"), .. longer, "--threads", "1"]
        );
        Assert.NotEqual(0, died.ExitCode);
        Assert.Contains("its finished cells stay: go on by --resume", died.Error);
        var kept = Finished();
        Assert.InRange(kept.Count, 1, 5);

        string[] resumed = ["sweep", "s.toml", "--quiet", .. longer, "--resume", "all"];
        var ended = await MpiProcess.Run(folder.Path, ranks, [.. resumed, "--threads", "1"]);
        Assert.Equal(0, ended.ExitCode);
        AssertSame("one", "all");
        Assert.All(kept, cell => Assert.Equal(cell.Value, File.GetLastWriteTimeUtc(cell.Key)));
    }

    [TheoryNeeding("mpirun", "openmpi-bin")]
    [InlineData("one, which is not empty", "--out", "one")]
    [InlineData("the folder q, in which no sweep stands", "--resume", "q")]
    public async Task A_folder_that_is_refused_is_told_once(string found, params string[] arguments)
    {
        Directory.CreateDirectory(folder.File("one"));
        folder.Write("one/mine.txt", "");

        var refused = await MpiProcess.Run(folder.Path, 2, ["sweep", "s.toml", "--quiet", .. arguments]);

        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.Single(refused.Error.Split('\n'), line => line.Contains(found) && line.Contains("; expected "));
        Assert.Equal(["mine.txt"], folder.Names("one"));
    }

    private static string[] Arguments(string output) => ["sweep", "s.toml", "--quiet", "--out", output];

    private Dictionary<string, DateTime> Finished() =>
        Directory.Exists(folder.File("all/cells"))
            ? Directory.EnumerateFiles(folder.File("all/cells"), "*.json").ToDictionary(file => file, File.GetLastWriteTimeUtc)
            : [];

    /// <summary>The same files; tables byte for byte, cells and particles as well, without what the machine says of itself.</summary>
    private void AssertSame(string one, string all)
    {
        foreach (var below in (string[])["", "/cells", "/runs"])
            Assert.Equal(folder.Names(one + below), folder.Names(all + below));
        foreach (
            var name in (string[])
                ["sweep.csv", "sweep.parquet", .. folder.Names($"{one}/runs").Select(run => $"runs/{run}/metrics.parquet")]
        )
            Assert.Equal(File.ReadAllBytes(folder.File($"{one}/{name}")), File.ReadAllBytes(folder.File($"{all}/{name}")));
        Assert.All(folder.Names($"{one}/cells"), name => Assert.Equal(Cell($"{one}/cells/{name}"), Cell($"{all}/cells/{name}")));
    }

    private string Cell(string file)
    {
        var cell = JsonNode.Parse(folder.Read(file))!;
        foreach (var key in (string[])["threads", "seconds", "pairsPerSecond"])
            cell["result"]!.AsObject().Remove(key);
        return cell.ToJsonString();
    }
}

using System.Diagnostics;
using System.Text.Json.Nodes;

namespace MeanField.Cli.Tests;

/// <summary>What a campaign of sweeps has seen.</summary>
/// <param name="Cells">Cells of the sweep.</param>
/// <param name="Kills">Processes killed.</param>
/// <param name="DoneAtKills">The cells that were finished at each kill.</param>
/// <param name="Wrong">What differs from an undisturbed sweep.</param>
internal sealed record SweepCampaignReport(int Cells, int Kills, IReadOnlyList<int> DoneAtKills, IReadOnlyList<string> Wrong);

/// <summary>
/// A sweep that is killed at random moments and restarted until it ends, with other threads and vector widths each time, compared with an
/// undisturbed one: its tables byte for byte and every cell; and no finished cell is done again. As a command: "sweeps CELLS KILLS".
/// </summary>
internal sealed class SweepCampaign(ProblemFolder folder, int seed)
{
    private static readonly string[] Idle = ["threads", "seconds", "pairsPerSecond"];

    private readonly Random random = new(seed);
    private readonly List<string> wrong = [];
    private readonly List<int> doneAtKills = [];

    /// <summary>Cells are rounded up to a multiple of six: three dynamics, two seeds, as many temperatures as it takes.</summary>
    public async Task<SweepCampaignReport> Run(int cells, int kills)
    {
        var betas = Enumerable.Range(1, (cells + 5) / 6).ToArray();
        folder.Write(
            "s.toml",
            $"""
            problem = "p.toml"
            command = "run"

            [grid]
            "energy.beta" = [{string.Join(", ", betas)}]
            "run.dynamics" = ["greedy", "sgd", "langevin"]
            "run.seed" = [1, 2]
            """
        );
        var watch = Stopwatch.StartNew();
        var calm = await folder.Workbench([.. Arguments("calm"), "--force"]);
        if (calm.ExitCode != 0)
            wrong.Add(calm.Error);
        await Disturbed(watch.Elapsed, kills);
        Compare();
        return new SweepCampaignReport(6 * betas.Length, doneAtKills.Count, doneAtKills, wrong);
    }

    private string[] Arguments(string output) =>
        [
            "sweep",
            "s.toml",
            "--quiet",
            "--set",
            "run.particles=3000",
            "--set",
            "run.steps=200",
            "--threads",
            $"{random.Next(1, 4)}",
            "--out",
            output,
        ];

    private async Task Disturbed(TimeSpan duration, int kills)
    {
        while (true)
        {
            var before = Finished();
            var after = doneAtKills.Count < kills ? duration * (2 * random.NextDouble() / (kills + 1)) : TimeSpan.FromMinutes(10);
            var end = await WorkbenchProcess.Kill(folder.Path, random.Next(2) * 256, after, () => true, Arguments("hit"));
            if (before.Any(cell => File.GetLastWriteTimeUtc(cell.Key) != cell.Value))
                wrong.Add("a finished cell was done again");
            if (end is null)
            {
                doneAtKills.Add(Finished().Count);
                continue;
            }
            if (end.ExitCode != 0)
                wrong.Add(end.Error);
            return;
        }
    }

    private Dictionary<string, DateTime> Finished() =>
        Directory.Exists(folder.File("hit/cells"))
            ? Directory.EnumerateFiles(folder.File("hit/cells"), "*.json").ToDictionary(file => file, File.GetLastWriteTimeUtc)
            : [];

    private void Compare()
    {
        foreach (var name in new[] { "sweep.csv", "sweep.parquet" })
            if (!File.ReadAllBytes(folder.File($"calm/{name}")).SequenceEqual(File.ReadAllBytes(folder.File($"hit/{name}"))))
                wrong.Add($"{name} differs");
        if (
            !folder.Names("calm").SequenceEqual(folder.Names("hit")) || !folder.Names("calm/cells").SequenceEqual(folder.Names("hit/cells"))
        )
            wrong.Add("other files");
        foreach (var name in folder.Names("calm/cells").Where(name => Cell("calm", name) != Cell("hit", name)))
            wrong.Add($"{name} differs");
    }

    private string Cell(string sweep, string name)
    {
        var cell = JsonNode.Parse(folder.Read($"{sweep}/cells/{name}"))!;
        foreach (var key in Idle)
            cell["result"]!.AsObject().Remove(key);
        return cell.ToJsonString();
    }
}

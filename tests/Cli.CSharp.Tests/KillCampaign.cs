using System.Diagnostics;
using System.Text.Json.Nodes;

namespace MeanField.Cli.Tests;

/// <summary>What a campaign has seen.</summary>
/// <param name="Kills">Processes killed.</param>
/// <param name="InWrites">Of them, those that left an unfinished file or checkpoint.</param>
/// <param name="Resumed">Processes that went on from a checkpoint.</param>
/// <param name="Runs">Runs brought to their end.</param>
/// <param name="Wrong">What of them differs from undisturbed runs.</param>
internal sealed record KillReport(int Kills, int InWrites, int Resumed, int Runs, IReadOnlyList<string> Wrong);

/// <summary>
/// Runs that are killed at random moments and resumed until they end, with other threads and vector widths each time, compared with
/// undisturbed runs: results, metrics and every file of particles, byte for byte. Checkpoints are written all the time, and every second kill
/// waits for a write to strike in. As a command: "kills COUNT".
/// </summary>
internal sealed class KillCampaign(ProblemFolder folder, int seed)
{
    private static readonly string[] Idle = ["threads", "seconds", "pairsPerSecond", "folder"];

    /// <summary>Fresh samples record the drift over all nodes; Heun's scheme in single precision from the prior; bridges keep the laws of all steps.</summary>
    private static readonly string[][] Cases =
    [
        ["--particles", "5000", "--steps", "1500", "--dynamics", "sgd", "--batch", "4"],
        [
            "--particles",
            "5000",
            "--steps",
            "1200",
            "--dynamics",
            "langevin",
            "--scheme",
            "heun",
            "--start",
            "prior",
            "--precision",
            "single",
        ],
        ["--particles", "5000", "--steps", "400", "--kl"],
    ];

    private readonly Random random = new(seed);
    private readonly List<string> wrong = [];
    private int kills;
    private int inWrites;
    private int resumed;
    private int runs;

    /// <summary>Kills as many processes.</summary>
    public async Task<KillReport> Run(int count)
    {
        for (var number = 0; kills < count || number == 0; number++)
        {
            var options = Cases[number % Cases.Length];
            var watch = Stopwatch.StartNew();
            var calm = await folder.Workbench(["run", "p.toml", "--quiet", "--out", "calm", "--force", .. options]);
            if (calm.ExitCode != 0)
                wrong.Add(calm.Error);
            await Disturbed(options, watch.Elapsed, count);
            Compare(number);
        }
        return new KillReport(kills, inWrites, resumed, runs, wrong);
    }

    /// <summary>A run into the folder "hit", killed until it ends or the kills are used up.</summary>
    private async Task Disturbed(string[] options, TimeSpan duration, int count)
    {
        if (Directory.Exists(folder.File("hit")))
            Directory.Delete(folder.File("hit"), recursive: true);
        while (true)
        {
            var after = kills < count ? duration * (1.1 * random.NextDouble()) : TimeSpan.FromMinutes(10);
            string[] common = ["run", "p.toml", "--quiet", "--checkpoint", "0", "--threads", $"{random.Next(1, 3)}"];
            // A process that was killed before it wrote its manifest has left no run.
            string[] where = File.Exists(folder.File("hit/run.json")) ? ["--resume", "hit"] : ["--out", "hit", "--force", .. options];
            var since = DateTime.UtcNow;
            var end = await WorkbenchProcess.Kill(
                folder.Path,
                random.Next(2) * 256,
                after,
                () => kills % 2 == 0 || IsWriting(since),
                [.. common, .. where]
            );
            if (end is not null)
            {
                if (end.ExitCode != 0)
                    wrong.Add(end.Error);
                return;
            }
            kills++;
            if (IsWriting(since))
                inWrites++;
        }
    }

    /// <summary>Whether a file or a checkpoint is begun and not finished; what an earlier process has left does not count.</summary>
    private bool IsWriting(DateTime since) =>
        Directory.Exists(folder.File("hit"))
        && Directory.EnumerateFileSystemEntries(folder.File("hit"), ".*.tmp").Any(entry => File.GetLastWriteTimeUtc(entry) > since);

    private void Compare(int number)
    {
        runs++;
        resumed += folder.Read("hit/log.txt").Split('\n').Count(line => line.Contains("resumed after"));
        var names = folder.Names("calm").Where(name => name.StartsWith("particles-") || name == "metrics.parquet").ToArray();
        foreach (var name in names.Where(name => !Bytes("calm", name).SequenceEqual(Bytes("hit", name))))
            wrong.Add($"run {number}: {name} differs");
        if (!folder.Names("hit").SequenceEqual(folder.Names("calm")))
            wrong.Add($"run {number}: {string.Join(", ", folder.Names("hit"))} instead of {string.Join(", ", folder.Names("calm"))}");
        if (Results("calm") != Results("hit"))
            wrong.Add($"run {number}: results differ\n{Results("calm")}\n{Results("hit")}");
    }

    private byte[] Bytes(string run, string name) =>
        File.Exists(folder.File($"{run}/{name}")) ? File.ReadAllBytes(folder.File($"{run}/{name}")) : [];

    /// <summary>All results of a run but speed and place.</summary>
    private string Results(string run)
    {
        var results = JsonNode.Parse(folder.Read($"{run}/run.json"))!["results"]!.AsObject();
        foreach (var key in Idle)
            results.Remove(key);
        return results.ToJsonString();
    }
}

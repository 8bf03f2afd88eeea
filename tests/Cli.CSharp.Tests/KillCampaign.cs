using System.Diagnostics;
using System.Security.Cryptography;
using System.Text.Json.Nodes;

namespace MeanField.Cli.Tests;

/// <summary>What a campaign has seen.</summary>
/// <param name="Kills">Processes killed.</param>
/// <param name="InWrites">Of them, those that left an unfinished file or checkpoint.</param>
/// <param name="Resumed">Processes that went on from a checkpoint.</param>
/// <param name="Ends">Calls brought to their end.</param>
/// <param name="Wrong">What of them differs from undisturbed ones.</param>
internal sealed record KillReport(int Kills, int InWrites, int Resumed, int Ends, IReadOnlyList<string> Wrong);

/// <summary>
/// Runs, bridges and sweeps that are killed at random moments and resumed until they end, with other threads and vector widths each time, compared with
/// undisturbed ones: results, metrics and every file of particles and paths, byte for byte. Checkpoints are written all the time, and every second kill
/// waits for a write to strike in. As a command: "kills COUNT".
/// </summary>
internal sealed class KillCampaign(ProblemFolder folder, int seed)
{
    /// <summary>What depends on time, place and process.</summary>
    private static readonly string[] Idle = ["threads", "seconds", "pairsPerSecond", "folder", "process", "started", "vectorBits"];

    private static readonly string[] Unlike = [".lock", "log.txt"];

    private readonly Random random = new(seed);
    private readonly List<string> wrong = [];
    private int kills;
    private int inWrites;
    private int resumed;
    private int ends;

    /// <summary>Kills as many processes, case by case, about equally many of each.</summary>
    public async Task<KillReport> Run(int count)
    {
        KillCase.Write(folder);
        for (var number = 0; kills < count || number == 0; number++)
        {
            var one = KillCase.All[number % KillCase.All.Count];
            var watch = Stopwatch.StartNew();
            var calm = await folder.Workbench([.. one.Call, "--quiet", "--out", "calm", "--force"]);
            if (calm.ExitCode != 0)
                wrong.Add(calm.Error);
            await Disturbed(one, watch.Elapsed, count);
            Compare(one);
        }
        return new KillReport(kills, inWrites, resumed, ends, wrong);
    }

    /// <summary>A call into the folder "hit", killed until it ends or the kills are used up.</summary>
    private async Task Disturbed(KillCase one, TimeSpan duration, int count)
    {
        if (Directory.Exists(folder.File("hit")))
            Directory.Delete(folder.File("hit"), recursive: true);
        while (true)
        {
            var after = kills < count ? duration * (1.1 * random.NextDouble()) : TimeSpan.FromMinutes(10);
            string[] call = File.Exists(folder.File($"hit/{one.Marker}"))
                ? [.. one.Resumed, one.Folder, "hit"]
                : [.. one.Call, "--out", "hit", "--force"];
            var since = DateTime.UtcNow;
            var end = await WorkbenchProcess.Kill(
                folder.Path,
                random.Next(2) * 256,
                after,
                () => kills % 2 == 0 || IsWriting(since),
                [.. call, "--quiet", "--threads", $"{random.Next(1, 3)}", .. one.Keeps]
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
    private bool IsWriting(DateTime since)
    {
        try
        {
            return Directory
                .EnumerateFileSystemEntries(folder.File("hit"), ".*.tmp", SearchOption.AllDirectories)
                .Any(entry => File.GetLastWriteTimeUtc(entry) > since);
        }
        catch (IOException)
        {
            // Not there yet, or gone while it was listed.
            return false;
        }
    }

    private void Compare(KillCase one)
    {
        ends++;
        resumed += Directory
            .EnumerateFiles(folder.File("hit"), "log.txt", SearchOption.AllDirectories)
            .Sum(log => File.ReadLines(log).Count(line => line.Contains("resumed after")));
        if (!Files("hit").SequenceEqual(Files("calm")))
            wrong.Add($"{one.Call[0]}: {string.Join(", ", Files("hit"))} instead of {string.Join(", ", Files("calm"))}");
        foreach (var name in Files("calm").Where(name => Contents("calm", name) != Contents("hit", name)))
            wrong.Add($"{string.Join(" ", one.Call)}: {name} differs");
    }

    private string[] Files(string call) =>
        [
            .. Directory
                .EnumerateFiles(folder.File(call), "*", SearchOption.AllDirectories)
                .Select(file => Path.GetRelativePath(folder.File(call), file))
                .Where(file => !Unlike.Contains(Path.GetFileName(file)))
                .Order(StringComparer.Ordinal),
        ];

    /// <summary>Bytes as text; of JSON all but what is idle.</summary>
    private string Contents(string call, string name)
    {
        var path = folder.File($"{call}/{name}");
        if (!File.Exists(path))
            return "";
        if (!name.EndsWith(".json", StringComparison.Ordinal))
            return Convert.ToHexString(SHA256.HashData(File.ReadAllBytes(path)));
        var json = JsonNode.Parse(File.ReadAllText(path))!;
        Strip(json);
        return json.ToJsonString();
    }

    private static void Strip(JsonNode? json)
    {
        if (json is JsonArray array)
            foreach (var item in array)
                Strip(item);
        if (json is not JsonObject table)
            return;
        foreach (var key in Idle)
            table.Remove(key);
        foreach (var (_, value) in table)
            Strip(value);
    }
}

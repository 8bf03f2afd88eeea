using System.Diagnostics;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MeanField.Cli.Tests;

/// <summary>What disks that fill have shown.</summary>
/// <param name="Full">Runs that met a full disk.</param>
/// <param name="Resumed">Of them, those that went on from a checkpoint once there was room.</param>
/// <param name="Wrong">What was not as promised.</param>
internal sealed record FullDiskReport(int Full, int Resumed, IReadOnlyList<string> Wrong);

/// <summary>
/// Runs on a small disk of memory of ever other sizes, so that it fills at other points: exit code 3, the room needed is named, and with more room the run
/// goes on from its checkpoint to the undisturbed digest. Needs the right to mount. As a command: "fulldisk COUNT".
/// </summary>
internal sealed class FullDiskCampaign(ProblemFolder folder)
{
    private const int LeastKilobytes = 40;
    private const int MostKilobytes = 440;

    private static readonly string[] Options = ["--quiet", "--particles", "4000", "--steps", "60", "--checkpoint", "0", "--snapshots", "4"];

    private readonly List<string> wrong = [];
    private int full;
    private int resumed;

    /// <summary>Whether this process may mount.</summary>
    public static bool IsAllowed
    {
        get
        {
            using var place = new ProblemFolder();
            Directory.CreateDirectory(place.File("disk"));
            var isAllowed = Command("mount", "-t", "tmpfs", "-o", "size=64k", "tmpfs", place.File("disk")) == 0;
            if (isAllowed)
                Command("umount", place.File("disk"));
            return isAllowed;
        }
    }

    /// <summary>Fills as many disks.</summary>
    public async Task<FullDiskReport> Run(int count)
    {
        var calm = await folder.Workbench(["run", "p.toml", "--out", "calm", .. Options]);
        if (calm.ExitCode != 0)
            wrong.Add(calm.Error);
        Directory.CreateDirectory(folder.File("disk"));
        for (var number = 0; number < count; number++)
        {
            var size = LeastKilobytes + (MostKilobytes - LeastKilobytes) * number / Math.Max(1, count - 1);
            Command("mount", "-t", "tmpfs", "-o", $"size={size}k", "tmpfs", folder.File("disk"));
            try
            {
                await On(size);
            }
            finally
            {
                Command("umount", folder.File("disk"));
            }
        }
        return new FullDiskReport(full, resumed, wrong);
    }

    private async Task On(int size)
    {
        var end = await folder.Workbench(["run", "p.toml", "--out", "disk/o", .. Options]);
        if (end.ExitCode == 0)
            return;
        full++;
        if (end.ExitCode != 3 || !Regex.IsMatch(end.Error, @"no room for \S+: it needs [1-9][\d,]* bytes, and [\d,]+ are free"))
            wrong.Add($"{size} kB: exit code {end.ExitCode}, {end.Error}");
        var checkpoints = Directory.Exists(folder.File("disk/o"))
            ? folder.Names("disk/o").Count(name => name.StartsWith("checkpoint-"))
            : 0;
        Command("mount", "-o", "remount,size=64m", folder.File("disk"));
        string[] call = File.Exists(folder.File("disk/o/run.json"))
            ? ["run", "p.toml", "--quiet", "--resume", "disk/o"]
            : ["run", "p.toml", "--force", "--out", "disk/o", .. Options];
        var next = await folder.Workbench(call);
        if (next.ExitCode != 0 || next.Error.Contains("warning"))
            wrong.Add($"{size} kB, then room: exit code {next.ExitCode}, {next.Error}");
        else if (Digest("disk/o") != Digest("calm"))
            wrong.Add($"{size} kB, then room: another digest");
        var isResumed = folder.Log("disk/o").Contains("resumed after step");
        resumed += isResumed ? 1 : 0;
        if (isResumed != checkpoints > 0)
            wrong.Add($"{size} kB: {checkpoints} checkpoints, resumed: {isResumed}");
    }

    private string Digest(string run) => JsonNode.Parse(folder.Read($"{run}/run.json"))!["results"]!["digest"]!.GetValue<string>();

    internal static int Command(string name, params string[] arguments)
    {
        try
        {
            using var process = Process.Start(new ProcessStartInfo(name, arguments) { RedirectStandardError = true })!;
            process.WaitForExit();
            return process.ExitCode;
        }
        catch (System.ComponentModel.Win32Exception)
        {
            return -1;
        }
    }
}

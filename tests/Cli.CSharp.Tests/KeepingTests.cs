using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MeanField.Cli.Tests;

/// <summary>Bridges, solutions and laziness reports that are interrupted and go on, as users do it.</summary>
public sealed class KeepingTests : IDisposable
{
    private readonly ProblemFolder folder = new();

    public KeepingTests() => KillCase.Write(folder);

    public void Dispose() => folder.Dispose();

    [Theory]
    [InlineData("bridge points.toml --paths 50", "bridge.json")]
    [InlineData("solve p.toml --method smc --samples 20", "solve.json")]
    [InlineData("lazy p.toml --particles 16 --steps 4 --replicas 2 --paths 40", "lazy.json")]
    public async Task What_is_killed_goes_on_to_the_same_result(string command, string name)
    {
        string[] call = [.. command.Split(' '), "--quiet"];
        var calm = await folder.Workbench([.. call, "--out", "calm"]);
        Assert.Equal(0, calm.ExitCode);

        await Killed(call);
        var end = await folder.Workbench([.. call, "--resume", "hit", "--threads", "1"]);

        Assert.Equal((0, ""), (end.ExitCode, end.Error));
        Assert.Contains(" resumed after checkpoint-", folder.Read("hit/log.txt"));
        Assert.Equal(Result("calm", name), Result("hit", name));
        foreach (var array in folder.Names("calm").Where(file => file.EndsWith(".npy")))
            Assert.Equal(File.ReadAllBytes(folder.File($"calm/{array}")), File.ReadAllBytes(folder.File($"hit/{array}")));
        Assert.DoesNotContain(folder.Names("hit"), file => file.StartsWith("checkpoint-"));

        Directory.CreateDirectory(folder.File("hit/.checkpoint-9.tmp"));
        var again = await folder.Workbench([.. call, "--resume", "hit"]);
        Assert.Equal(0, again.ExitCode);
        Assert.EndsWith(" in hit is complete: nothing is left to do\n", again.Error);
        Assert.DoesNotContain(".checkpoint-9.tmp", folder.Names("hit"));
        var other = await folder.Workbench([.. call, "--resume", "hit", "--set", "energy.tau=0.3"]);
        Assert.Equal((2, ""), (other.ExitCode, other.Output));
        Assert.StartsWith("hit: found another call: the problem: ", other.Error);
    }

    [Fact]
    public async Task A_damaged_checkpoint_is_passed_over_for_the_one_before_with_a_warning()
    {
        string[] call = ["bridge", "points.toml", "--quiet"];
        var newest = await Killed(call);
        var bytes = File.ReadAllBytes(folder.File($"hit/{newest}/pages.json"));
        bytes[^20] ^= 1;
        File.WriteAllBytes(folder.File($"hit/{newest}/pages.json"), bytes);

        var end = await folder.Workbench([.. call, "--resume", "hit"]);

        Assert.Equal((0, $"warning: {newest} is passed over: the checksum of pages.json is wrong\n"), (end.ExitCode, end.Error));
        Assert.Contains(" resumed after checkpoint-", folder.Read("hit/log.txt"));
    }

    [Fact]
    public async Task A_checkpoint_of_a_newer_format_is_refused_and_stays()
    {
        string[] call = ["bridge", "points.toml", "--quiet"];
        var newest = await Killed(call);
        var state = folder.Read($"hit/{newest}/state.json");
        var newer = Regex.Replace(state, "\"formatVersion\": \\d+", "\"formatVersion\": 99");
        folder.Write($"hit/{newest}/state.json", newer);
        folder.Write($"hit/{newest}/SHA256SUMS", folder.Read($"hit/{newest}/SHA256SUMS").Replace(Sum(state), Sum(newer)));

        var end = await folder.Workbench([.. call, "--resume", "hit"]);

        Assert.Equal(2, end.ExitCode);
        Assert.StartsWith($"hit: found {newest} in version 99 of the format; expected version 1, that of this workbench; ", end.Error);
        Assert.Contains(newest, folder.Names("hit"));

        static string Sum(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public async Task Another_call_does_not_go_on_with_its_parts()
    {
        await Killed(["bridge", "points.toml", "--quiet"]);

        var paths = await folder.Workbench("bridge", "points.toml", "--resume", "hit", "--paths", "7");
        var tau = await folder.Workbench("bridge", "points.toml", "--resume", "hit", "--set", "energy.tau=0.03");
        folder.Write("from.csv", folder.Read("from.csv") + "0.5,0.5\n");
        var file = await folder.Workbench("bridge", "points.toml", "--resume", "hit");
        var call = folder.Read("hit/call.json");
        folder.Write("hit/call.json", call.Replace("\"command\": \"bridge\"", "\"command\": \"solve\""));
        var command = await folder.Workbench("bridge", "points.toml", "--resume", "hit");
        folder.Write("hit/call.json", call.Replace("\"schemaVersion\": 1", "\"schemaVersion\": 9"));
        var newer = await folder.Workbench("bridge", "points.toml", "--resume", "hit");

        Assert.All([paths, tau, file, command, newer], end => Assert.Equal((2, ""), (end.ExitCode, end.Output)));
        Assert.StartsWith("hit: found another call: --paths (not given there, 7 here); ", paths.Error);
        Assert.StartsWith("hit: found another call: the problem: 'tau = 0.03', which was not so; ", tau.Error);
        Assert.StartsWith("hit: found another call: the file from.csv; ", file.Error);
        Assert.StartsWith("hit: found another call: 'workbench bridge', which was 'workbench solve'; ", command.Error);
        Assert.StartsWith("hit: found call.json of schemaVersion 9; expected schemaVersion 1; ", newer.Error);
    }

    [Fact]
    public async Task A_signal_keeps_what_was_found_and_says_how_to_go_on()
    {
        string[] call = ["lazy", "p.toml", "--quiet", "--out", "hit"];
        var stopped = await WorkbenchProcess.Interrupt(
            folder.Path,
            "-TERM",
            () => folder.Log("hit").Contains("checkpoint 3 written"),
            [.. call, "--checkpoint", "0"]
        );

        Assert.Equal(143, stopped.ExitCode);
        Assert.Contains("; go on by the same command with --resume hit in the place of --out\n", stopped.Error);
        Assert.Contains(folder.Names("hit"), name => name.StartsWith("checkpoint-"));
    }

    /// <summary>Kills a call into the folder hit after a few checkpoints; answers the newest one.</summary>
    private async Task<string> Killed(string[] call)
    {
        var killed = await WorkbenchProcess.Kill(
            folder.Path,
            0,
            TimeSpan.Zero,
            () => folder.Log("hit").Split(" written\n").Length > 4,
            [.. call, "--out", "hit", "--checkpoint", "0"]
        );
        Assert.Null(killed);
        return folder.Names("hit").Where(name => name.StartsWith("checkpoint-")).MaxBy(name => int.Parse(name.Split('-')[1]))!;
    }

    private string Result(string call, string name)
    {
        var json = JsonNode.Parse(folder.Read($"{call}/{name}"))!;
        var result = (json["results"] ?? json).AsObject();
        result.Remove("seconds");
        result.Remove("folder");
        return result.ToJsonString();
    }
}

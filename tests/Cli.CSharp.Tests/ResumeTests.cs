using System.Security.Cryptography;
using System.Text;
using System.Text.Json.Nodes;
using System.Text.RegularExpressions;

namespace MeanField.Cli.Tests;

/// <summary>Runs that are interrupted and resumed, as users do it.</summary>
public sealed class ResumeTests : IDisposable
{
    /// <summary>Far more than is ever taken: such a run ends by a signal.</summary>
    private static readonly string[] Endless = ["--steps", "1000000000", "--snapshots", "0", "--record", "1"];

    private readonly ProblemFolder folder = new();

    public void Dispose() => folder.Dispose();

    [Fact]
    public async Task Runs_killed_at_random_moments_end_as_undisturbed_ones()
    {
        var report = await new KillCampaign(folder, seed: 2).Run(2);

        Assert.Empty(report.Wrong);
        Assert.Equal(2, report.Kills);
        Assert.True(report.Ends > 0);
    }

    [Theory]
    [InlineData("-INT", 130)]
    [InlineData("-TERM", 143)]
    public async Task A_signal_leaves_a_checkpoint_and_the_command_to_go_on(string signal, int exitCode)
    {
        string[] run = ["run", "p.toml", "--quiet", "--out", "hit", "--particles", "2000", "--steps", "20000", "--snapshots", "3"];
        var calm = await folder.Workbench([.. run[..4], "calm", .. run[5..]]);
        Assert.Equal((0, ""), (calm.ExitCode, calm.Error));

        var stopped = await WorkbenchProcess.Interrupt(folder.Path, signal, () => File.Exists(folder.File("hit/particles-6666.npy")), run);
        Assert.Equal(exitCode, stopped.ExitCode);
        Assert.Contains("; go on by: workbench run p.toml --resume hit\n", stopped.Error);
        Assert.Single(folder.Names("hit"), name => name.StartsWith("checkpoint-"));

        // Neither particles nor steps are given again.
        var resumed = await folder.Workbench("run", "p.toml", "--quiet", "--resume", "hit", "--threads", "1");
        Assert.Equal((0, ""), (resumed.ExitCode, resumed.Error));
        Assert.Equal(folder.Names("calm"), folder.Names("hit"));
        Assert.Equal(File.ReadAllBytes(folder.File("calm/metrics.parquet")), File.ReadAllBytes(folder.File("hit/metrics.parquet")));
        Assert.Equal(Digest("calm"), Digest("hit"));
        Assert.Matches(@"(?m)^\S+ resumed after step \d+ of 20000$", folder.Read("hit/log.txt"));
    }

    [Fact]
    public async Task A_damaged_checkpoint_is_passed_over_for_the_one_before()
    {
        await Interrupted();
        var newest = folder.Names("o").Where(name => name.StartsWith("checkpoint-")).MaxBy(name => int.Parse(name.Split('-')[1]))!;
        var bytes = File.ReadAllBytes(folder.File($"o/{newest}/particles.npy"));
        bytes[^1] ^= 1;
        File.WriteAllBytes(folder.File($"o/{newest}/particles.npy"), bytes);

        var resumed = await Interrupt("run", "p.toml", "--quiet", "--resume", "o");

        Assert.Equal(130, resumed.ExitCode);
        Assert.StartsWith($"warning: {newest} is passed over: the checksum of particles.npy is wrong\n", resumed.Error);
        Assert.Contains($"warning: {newest} is passed over", folder.Read("o/log.txt"));
        Assert.Contains("resumed after step", folder.Read("o/log.txt"));
    }

    [Fact]
    public async Task A_checkpoint_of_another_format_is_refused_and_stays()
    {
        await Interrupted();
        var names = Checkpoints();
        foreach (var name in names)
            Forge(name, "\"formatVersion\": \\d+", "\"formatVersion\": 1");

        var resumed = await folder.Workbench("run", "p.toml", "--quiet", "--resume", "o");

        Assert.Equal(2, resumed.ExitCode);
        Assert.Contains("in version 1 of the format; expected version ", resumed.Error);
        Assert.Equal(names, Checkpoints());
    }

    [Fact]
    public async Task A_checkpoint_beyond_the_last_step_is_refused_and_stays()
    {
        await Interrupted();
        Forge(Checkpoints()[0], "\"step\": \\d+", "\"step\": 2000000000");
        Directory.Move(folder.File($"o/{Checkpoints()[0]}"), folder.File("o/checkpoint-2000000000"));

        var resumed = await folder.Workbench("run", "p.toml", "--quiet", "--resume", "o");

        Assert.Equal(2, resumed.ExitCode);
        Assert.StartsWith(
            "o: found checkpoint-2000000000, beyond the last step; expected checkpoints of a run of 1000000000 steps",
            resumed.Error
        );
        Assert.Contains("checkpoint-2000000000", Checkpoints());
    }

    private string[] Checkpoints() => [.. folder.Names("o").Where(name => name.StartsWith("checkpoint-"))];

    /// <summary>Changes state.json of a checkpoint, whose checksum is right again then.</summary>
    private void Forge(string name, string pattern, string replacement)
    {
        var (state, sums) = (folder.Read($"o/{name}/state.json"), folder.Read($"o/{name}/SHA256SUMS"));
        var forged = Regex.Replace(state, pattern, replacement);
        folder.Write($"o/{name}/state.json", forged);
        folder.Write($"o/{name}/SHA256SUMS", sums.Replace(Sum(state), Sum(forged)));

        static string Sum(string text) => Convert.ToHexStringLower(SHA256.HashData(Encoding.UTF8.GetBytes(text)));
    }

    [Fact]
    public async Task Without_a_sound_checkpoint_the_run_begins_again_in_its_folder()
    {
        await Interrupted();
        foreach (var name in folder.Names("o").Where(name => name.StartsWith("checkpoint-")))
            File.WriteAllText(folder.File($"o/{name}/SHA256SUMS"), "nonsense");

        var resumed = await Interrupt("run", "p.toml", "--quiet", "--resume", "o");

        Assert.Equal(130, resumed.ExitCode);
        Assert.Contains("warning: no checkpoint is sound: the run begins again\n", resumed.Error);
        Assert.Contains(" started again: Small\n", folder.Read("o/log.txt"));
    }

    [Theory]
    [InlineData("--seed", "2", "run.seed (1 there, 2 here)")]
    [InlineData("--precision", "single", "run.precision (\"double\" there, \"single\" here)")]
    [InlineData("--set", "energy.beta=6", "energy.beta (5.0 there, 6 here)")]
    [InlineData("--noise-level", "1", "--noise-level (0 there, 1 here)")]
    [InlineData("--kl", null, "--kl (not given there, given here)")]
    public async Task What_would_change_the_result_is_refused_by_name(string option, string? value, string difference)
    {
        await folder.Workbench("run", "p.toml", "--quiet", "--out", "o");
        string[] options = value is null ? [option] : [option, value];
        string[] commands = ["--resume", "--repeat"];
        foreach (var command in commands)
        {
            var refused = await folder.Workbench(["run", "p.toml", "--quiet", command, "o", .. options]);

            Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
            Assert.Equal(
                $"o: found other values of {difference}; expected the problem and the options of that run; set them as they were, or run into "
                    + "another folder\n",
                refused.Error
            );
        }
    }

    [Fact]
    public async Task How_the_minimiser_is_found_counts_where_the_run_asks_for_one()
    {
        string[] method = ["--set", "solve.method=smc"];
        foreach (var dynamics in new[] { "greedy", "foellmer" })
            await folder.Workbench("run", "p.toml", "--quiet", "--dynamics", dynamics, "--out", dynamics);

        var greedy = await folder.Workbench(["run", "p.toml", "--quiet", "--repeat", "greedy", .. method]);
        var refused = await folder.Workbench(["run", "p.toml", "--quiet", "--repeat", "foellmer", .. method]);

        Assert.Equal(0, greedy.ExitCode);
        Assert.Equal(2, refused.ExitCode);
        Assert.StartsWith("foellmer: found other values of solve.method (\"auto\" there, \"smc\" here); ", refused.Error);
    }

    [Fact]
    public async Task Another_version_of_the_workbench_goes_on_with_a_warning()
    {
        await Interrupted();
        var manifest = JsonNode.Parse(folder.Read("o/run.json"))!;
        manifest["versions"]!["workbench"] = "0.0.7";
        folder.Write("o/run.json", manifest.ToJsonString());

        var resumed = await Interrupt("run", "p.toml", "--quiet", "--resume", "o");

        Assert.Equal(130, resumed.ExitCode);
        Assert.StartsWith("warning: the run was begun by version 0.0.7, this is ", resumed.Error);
        Assert.DoesNotContain("begins again", resumed.Error);
    }

    [Fact]
    public async Task Data_that_have_changed_are_refused_and_moved_ones_are_not()
    {
        folder.Write("p.toml", ProblemFolder.Data);
        await Interrupted();
        Directory.CreateDirectory(folder.File("elsewhere"));
        File.Copy(folder.File("p.toml"), folder.File("elsewhere/p.toml"));
        folder.Write("elsewhere/d.csv", folder.Read("d.csv"));

        var moved = await Interrupt("run", "elsewhere/p.toml", "--quiet", "--resume", "o");
        folder.Write("d.csv", folder.Read("d.csv").Replace("1.5", "1.25"));
        var changed = await folder.Workbench("run", "p.toml", "--quiet", "--resume", "o");

        Assert.Equal(130, moved.ExitCode);
        Assert.Equal((2, ""), (changed.ExitCode, changed.Output));
        Assert.StartsWith("o: found other numbers in the files of data or of the start; ", changed.Error);
    }

    [Fact]
    public async Task A_complete_run_has_nothing_left_to_do()
    {
        await folder.Workbench("run", "p.toml", "--quiet", "--out", "o");
        var before = folder.Read("o/run.json");

        var again = await folder.Workbench("run", "p.toml", "--quiet", "--json", "--resume", "o");

        Assert.Equal((0, "the run in o is complete: nothing is left to do\n"), (again.ExitCode, again.Error));
        Assert.Equal(Digest("o"), JsonNode.Parse(again.Output)!["digest"]!.GetValue<string>());
        Assert.Equal(before, folder.Read("o/run.json"));
    }

    [Fact]
    public async Task A_run_that_was_killed_while_it_deleted_its_checkpoints_needs_them_no_more()
    {
        await folder.Workbench("run", "p.toml", "--quiet", "--out", "o");
        var names = folder.Names("o");
        Directory.CreateDirectory(folder.File("o/checkpoint-4"));
        folder.Write("o/checkpoint-4/particles.npy", "half of a checkpoint, without its sums");
        Directory.CreateDirectory(folder.File("o/.checkpoint-5.tmp"));

        var again = await folder.Workbench("run", "p.toml", "--quiet", "--resume", "o");

        Assert.Equal(0, again.ExitCode);
        Assert.Equal(names, folder.Names("o"));
    }

    [Fact]
    public async Task A_run_that_left_the_finite_numbers_is_refused()
    {
        string[] blowUp = ["--steps", "20", "--set", "neuron.activation=a*b^3*x", "--set", "energy.beta=1e6"];
        Assert.Equal(3, (await folder.Workbench(["run", "p.toml", "--quiet", "--out", "o", .. blowUp])).ExitCode);

        var refused = await folder.Workbench("run", "p.toml", "--quiet", "--resume", "o");

        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith("o: found a run that has ended, non-finite: step ", refused.Error);
    }

    [Theory]
    [InlineData(
        "nowhere",
        "nowhere: found no such folder; expected a folder that 'workbench run' has written, run.json of schemaVersion 1; "
    )]
    [InlineData("empty", "empty: found an empty folder; ")]
    [InlineData("foreign", "foreign: found a folder that no run has written; ")]
    [InlineData("future", "future/run.json: found schemaVersion 7; ")]
    [InlineData("torn", "torn/run.json: found what is no manifest of a run; ")]
    public async Task What_is_no_run_is_refused(string name, string message)
    {
        Directory.CreateDirectory(folder.File("empty"));
        Directory.CreateDirectory(folder.File("foreign"));
        Directory.CreateDirectory(folder.File("future"));
        Directory.CreateDirectory(folder.File("torn"));
        folder.Write("foreign/p.toml", ProblemFolder.Atoms);
        folder.Write("future/run.json", "{\"schemaVersion\": 7}");
        folder.Write("torn/run.json", "{\"schemaVersion\": 1, ");

        var refused = await folder.Workbench("run", "p.toml", "--quiet", "--resume", name);

        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.StartsWith(message, refused.Error);
    }

    [Fact]
    public async Task A_second_process_is_refused_with_the_number_of_the_first()
    {
        string[] run = ["run", "p.toml", "--quiet", "--out", "o", .. Endless];
        var second = new WorkbenchProcess(0, "", "");
        var third = second;
        var first = await WorkbenchProcess.Interrupt(
            folder.Path,
            "-INT",
            () =>
            {
                if (!File.Exists(folder.File("o/log.txt")))
                    return false;
                (second, third) = (
                    folder.Workbench("run", "p.toml", "--quiet", "--resume", "o").Result,
                    folder.Workbench([.. run, "--force"]).Result
                );
                return true;
            },
            run
        );

        var process = JsonNode.Parse(folder.Read("o/run.json"))!["process"];
        Assert.Equal(130, first.ExitCode);
        Assert.Equal((2, 2), (second.ExitCode, third.ExitCode));
        Assert.Equal(
            $"key --resume: found the folder o, to which process {process} is writing; expected a folder that no other process writes to; "
                + "wait for that process, or stop it\n",
            second.Error
        );
        Assert.StartsWith($"key --out: found the folder o, to which process {process} is writing; ", third.Error);
    }

    [Theory]
    [InlineData("--resume o --repeat o", "workbench run: found --resume and --repeat; ")]
    [InlineData("--resume o --out p", "workbench run --resume: found --out or --force; ")]
    [InlineData("--resume o --force", "workbench run --resume: found --out or --force; ")]
    [InlineData("--checkpoint soon", "--checkpoint: found 'soon'; ")]
    [InlineData("--checkpoint -1", "--checkpoint: found '-1'; ")]
    [InlineData("--checkpoint-steps 0", "--checkpoint-steps: found '0'; expected a whole number from 1; ")]
    [InlineData("--checkpoint-steps 2.5", "--checkpoint-steps: found '2.5'; ")]
    public async Task Options_that_do_not_go_together_are_refused(string options, string message)
    {
        var refused = await folder.Workbench(["run", "p.toml", .. options.Split(' ')]);

        Assert.Equal((2, ""), (refused.ExitCode, refused.Output));
        Assert.Contains(message, refused.Error);
    }

    /// <summary>An endless run in the folder o that has been stopped, with two checkpoints.</summary>
    private async Task Interrupted()
    {
        string[] run = ["run", "p.toml", "--quiet", "--out", "o", .. Endless];
        var end = await Interrupt(run);
        Assert.Equal(130, end.ExitCode);
    }

    /// <summary>Stops an endless run once it has written two checkpoints since its start.</summary>
    private Task<WorkbenchProcess> Interrupt(params string[] arguments)
    {
        var before = Written();
        return WorkbenchProcess.Interrupt(folder.Path, "-INT", () => Written() >= before + 2, [.. arguments, "--checkpoint", "0"]);

        int Written() => File.Exists(folder.File("o/log.txt")) ? folder.Read("o/log.txt").Split("checkpoint after").Length : 1;
    }

    private string Digest(string run) => JsonNode.Parse(folder.Read($"{run}/run.json"))!["results"]!["digest"]!.GetValue<string>();
}

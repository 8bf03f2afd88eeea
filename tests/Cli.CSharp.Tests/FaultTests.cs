using System.Text.Json.Nodes;

namespace MeanField.Cli.Tests;

/// <summary>What fails around a run: the disk, the folder, the user's patience.</summary>
public sealed class FaultTests : IDisposable
{
    private readonly ProblemFolder folder = new();

    public void Dispose() => folder.Dispose();

    [MountFact]
    public async Task A_full_disk_leaves_the_checkpoint_and_names_the_room_needed()
    {
        var report = await new FullDiskCampaign(folder).Run(2);

        Assert.Empty(report.Wrong);
        Assert.True(report.Full > 0);
    }

    [Fact]
    public async Task A_folder_that_is_deleted_in_the_middle_of_a_run_ends_it_with_exit_code_3()
    {
        string[] run = ["run", "p.toml", "--quiet", "--out", "o", "--steps", "1000000000", "--snapshots", "0", "--record", "1"];
        var end = await WorkbenchProcess.Interrupt(folder.Path, "-0", Deleted, [.. run, "--checkpoint", "0"]);

        Assert.Equal((3, ""), (end.ExitCode, end.Output));
        Assert.DoesNotContain("   at ", end.Error);
        Assert.False(Directory.Exists(folder.File("o")));

        bool Deleted()
        {
            if (!folder.Log("o").Contains("checkpoint after"))
                return false;
            Directory.Move(folder.File("o"), folder.File("gone"));
            return true;
        }
    }

    [Fact]
    public async Task A_folder_that_may_not_be_made_is_told_with_exit_code_3()
    {
        folder.Write("file", "");
        var end = await folder.Workbench("run", "p.toml", "--quiet", "--out", "file/o");

        Assert.Equal((3, ""), (end.ExitCode, end.Output));
        Assert.DoesNotContain("   at ", end.Error);
    }

    [MountFact]
    public async Task A_disk_that_may_not_be_written_to_is_told_with_exit_code_3()
    {
        Directory.CreateDirectory(folder.File("disk"));
        FullDiskCampaign.Command("mount", "-t", "tmpfs", "-o", "ro,size=64k", "tmpfs", folder.File("disk"));
        try
        {
            var end = await folder.Workbench("run", "p.toml", "--quiet", "--out", "disk/o");

            Assert.Equal((3, ""), (end.ExitCode, end.Output));
            Assert.Contains("Read-only file system", end.Error);
            Assert.DoesNotContain("   at ", end.Error);
        }
        finally
        {
            FullDiskCampaign.Command("umount", folder.File("disk"));
        }
    }

    [Fact]
    public async Task A_second_signal_ends_the_process_at_once_and_the_run_goes_on_from_its_checkpoint()
    {
        string[] run = ["run", "p.toml", "--quiet", "--out", "o", "--steps", "1000000000", "--snapshots", "0", "--record", "1000"];
        var end = await WorkbenchProcess.Interrupt(folder.Path, "-INT", First, [.. run, "--checkpoint", "0"]);

        Assert.Equal(130, end.ExitCode);
        Assert.DoesNotContain("   at ", end.Error);
        var resumed = await WorkbenchProcess.Interrupt(folder.Path, "-INT", Resumed, "run", "p.toml", "--quiet", "--resume", "o");
        Assert.Equal(130, resumed.ExitCode);

        bool First()
        {
            if (!folder.Log("o").Contains("checkpoint after"))
                return false;
            FullDiskCampaign.Command("kill", "-INT", $"{Owner()}");
            return true;
        }

        bool Resumed() => folder.Log("o").Contains("resumed after step");

        int Owner() => JsonNode.Parse(folder.Read("o/run.json"))!["process"]!.GetValue<int>();
    }
}

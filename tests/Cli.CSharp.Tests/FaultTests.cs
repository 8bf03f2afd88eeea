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
}

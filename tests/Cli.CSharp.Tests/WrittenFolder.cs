namespace MeanField.Cli.Tests;

/// <summary>A run, a figure's table and a sweep, written once for all tests of a class.</summary>
public sealed class WrittenFolder : IAsyncLifetime
{
    internal ProblemFolder Folder { get; } = new();

    public async Task InitializeAsync()
    {
        Folder.Write("s.toml", "problem = \"p.toml\"\ncommand = \"run\"\n[grid]\n\"energy.beta\" = [1, 2, 4]\n");
        await Workbench("sweep", "s.toml", "--out", "sweep");
        await Workbench("run", "p.toml", "--out", "o");
        await Workbench("report", "o", "--table", "risk.csv", "--solve", "0");
    }

    public Task DisposeAsync()
    {
        Folder.Dispose();
        return Task.CompletedTask;
    }

    private async Task Workbench(params string[] arguments)
    {
        var end = await Folder.Workbench([.. arguments, "--quiet"]);
        Assert.True(end.ExitCode == 0, end.Error);
    }
}

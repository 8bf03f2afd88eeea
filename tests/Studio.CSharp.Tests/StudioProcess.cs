using System.Diagnostics;

namespace MeanField.Studio.Tests;

/// <summary>'workbench studio' as users start it: a process of its own in a new folder, which goes with it.</summary>
internal sealed class StudioProcess : IAsyncDisposable
{
    /// <summary>The built command, of the configuration of the tests.</summary>
    private static readonly string Workbench = Path.Combine(
        Golden.Repository.Root,
        "src",
        "Cli.CSharp",
        "bin",
        new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name,
        "net10.0",
        "workbench.dll"
    );

    private readonly Process process;

    private StudioProcess(Process process, string folder, Uri address) => (this.process, Folder, Address) = (process, folder, address);

    /// <summary>The working directory.</summary>
    public string Folder { get; }

    /// <summary>What it printed, with the token.</summary>
    public Uri Address { get; }

    /// <summary>The address without the token.</summary>
    public Uri Root => new(Address, "/");

    /// <summary>Starts it on a free port and waits until it listens.</summary>
    public static async Task<StudioProcess> Start()
    {
        var folder = Directory.CreateTempSubdirectory("studio-").FullName;
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var process = Process.Start(
            new ProcessStartInfo(dotnet, ["exec", Workbench, "studio"])
            {
                RedirectStandardOutput = true,
                RedirectStandardError = true,
                WorkingDirectory = folder,
            }
        )!;
        var line =
            await process.StandardOutput.ReadLineAsync()
            ?? throw new InvalidOperationException(await process.StandardError.ReadToEndAsync());
        return new StudioProcess(process, folder, new Uri(line[line.IndexOf("http", StringComparison.Ordinal)..]));
    }

    /// <summary>Presses Ctrl-C and waits for the exit code.</summary>
    public async Task<int> Interrupt()
    {
        using var kill = Process.Start("kill", ["-INT", $"{process.Id}"]);
        await process.WaitForExitAsync();
        return process.ExitCode;
    }

    public async ValueTask DisposeAsync()
    {
        if (!process.HasExited)
            await Interrupt();
        process.Dispose();
        Directory.Delete(Folder, recursive: true);
    }
}

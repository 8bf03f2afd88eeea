using System.Diagnostics;

namespace MeanField.Cli.Tests;

/// <summary>The built command line as users start it: a process of its own.</summary>
internal sealed record WorkbenchProcess(int ExitCode, string Output, string Error)
{
    /// <summary>Runs 'workbench' with the arguments to its end.</summary>
    public static async Task<WorkbenchProcess> Run(params string[] arguments)
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var assembly = Path.Combine(AppContext.BaseDirectory, "workbench.dll");
        var start = new ProcessStartInfo(dotnet, ["exec", assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
        };
        using var process = Process.Start(start)!;
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new(process.ExitCode, await output, await error);
    }
}

using System.Diagnostics;

namespace MeanField.Cli.Tests;

/// <summary>The built command line as mpirun starts it, on any number of cores.</summary>
internal static class MpiProcess
{
    /// <summary>Runs 'workbench' in so many processes to their end.</summary>
    public static async Task<WorkbenchProcess> Run(string folder, int ranks, params string[] arguments)
    {
        using var process = Start(folder, ranks, arguments);
        return await End(process);
    }

    /// <summary>The same with a forced vector width, as WORKBENCH_VECTOR_BITS names it.</summary>
    public static async Task<WorkbenchProcess> RunAtWidth(string folder, int bits, int ranks, params string[] arguments)
    {
        using var process = Start(folder, ranks, arguments, bits);
        return await End(process);
    }

    /// <summary>The same; kills the process of the highest rank as soon as <paramref name="ready"/> holds.</summary>
    public static async Task<WorkbenchProcess> KillLast(string folder, int ranks, Func<bool> ready, params string[] arguments)
    {
        using var process = Start(folder, ranks, arguments);
        var end = End(process);
        while (!ready() && !end.IsCompleted)
            await Task.Delay(10);
        using var kill = Process.Start("kill", ["-KILL", $"{Children(process.Id).Max()}"]);
        return await end;
    }

    private static Process Start(string folder, int ranks, string[] arguments, int? bits = null)
    {
        var workbench = WorkbenchProcess.Command(folder, arguments);
        var command = new ProcessStartInfo(
            "mpirun",
            ["--oversubscribe", "--bind-to", "none", "-n", $"{ranks}", workbench.FileName, .. workbench.ArgumentList]
        )
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
        // Containers run tests as root, which mpirun refuses unless it is told twice.
        command.Environment["OMPI_ALLOW_RUN_AS_ROOT"] = "1";
        command.Environment["OMPI_ALLOW_RUN_AS_ROOT_CONFIRM"] = "1";
        // More processes than cores: those that wait leave their core to the others.
        command.Environment["OMPI_MCA_mpi_yield_when_idle"] = "1";
        if (bits is not null)
            command.Environment["WORKBENCH_VECTOR_BITS"] = $"{bits}";
        return Process.Start(command)!;
    }

    private static async Task<WorkbenchProcess> End(Process process)
    {
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new(process.ExitCode, await output, await error);
    }

    private static IEnumerable<int> Children(int process) =>
        File.ReadAllText($"/proc/{process}/task/{process}/children")
            .Split(' ', StringSplitOptions.RemoveEmptyEntries)
            .Select(child => int.Parse(child));
}

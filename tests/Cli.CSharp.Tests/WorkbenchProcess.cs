using System.Diagnostics;

namespace MeanField.Cli.Tests;

/// <summary>The built command line as users start it: a process of its own.</summary>
internal sealed record WorkbenchProcess(int ExitCode, string Output, string Error)
{
    /// <summary>Runs 'workbench' with the arguments to its end.</summary>
    public static Task<WorkbenchProcess> Run(params string[] arguments) => RunIn(Environment.CurrentDirectory, arguments);

    /// <summary>Runs 'workbench' in a working folder.</summary>
    public static async Task<WorkbenchProcess> RunIn(string folder, params string[] arguments)
    {
        using var process = Process.Start(Command(folder, arguments))!;
        return await End(process);
    }

    /// <summary>Runs 'workbench' with a forced vector width, as WORKBENCH_VECTOR_BITS names it.</summary>
    public static async Task<WorkbenchProcess> RunAtWidth(string folder, int bits, params string[] arguments)
    {
        using var process = Process.Start(AtWidth(folder, bits, arguments))!;
        return await End(process);
    }

    /// <summary>Runs 'workbench' with a forced vector width and kills it after a time, as soon as <paramref name="ready"/> holds; null where it
    /// was killed, its end where it came before.</summary>
    public static async Task<WorkbenchProcess?> Kill(string folder, int bits, TimeSpan after, Func<bool> ready, params string[] arguments)
    {
        using var process = Process.Start(AtWidth(folder, bits, arguments))!;
        var end = End(process);
        if (await Task.WhenAny(end, Task.Delay(after)) == end)
            return await end;
        while (!ready() && !end.IsCompleted)
            Thread.Yield();
        process.Kill();
        var killed = await end;
        // It may have ended in between.
        return killed.ExitCode == 128 + 9 ? null : killed;
    }

    /// <summary>Runs 'workbench' and sends it a signal such as "-INT" as soon as <paramref name="ready"/> holds.</summary>
    public static async Task<WorkbenchProcess> Interrupt(string folder, string signal, Func<bool> ready, params string[] arguments)
    {
        using var process = Process.Start(Command(folder, arguments))!;
        var end = End(process);
        while (!ready() && !end.IsCompleted)
            await Task.Delay(10);
        using var kill = Process.Start("kill", [signal, $"{process.Id}"]);
        return await end;
    }

    private static ProcessStartInfo AtWidth(string folder, int bits, string[] arguments)
    {
        var command = Command(folder, arguments);
        command.Environment["WORKBENCH_VECTOR_BITS"] = $"{bits}";
        return command;
    }

    internal static ProcessStartInfo Command(string folder, string[] arguments)
    {
        var dotnet = Environment.GetEnvironmentVariable("DOTNET_HOST_PATH") ?? "dotnet";
        var assembly = Path.Combine(AppContext.BaseDirectory, "workbench.dll");
        return new ProcessStartInfo(dotnet, ["exec", assembly, .. arguments])
        {
            RedirectStandardOutput = true,
            RedirectStandardError = true,
            WorkingDirectory = folder,
        };
    }

    private static async Task<WorkbenchProcess> End(Process process)
    {
        var (output, error) = (process.StandardOutput.ReadToEndAsync(), process.StandardError.ReadToEndAsync());
        await process.WaitForExitAsync();
        return new(process.ExitCode, await output, await error);
    }
}

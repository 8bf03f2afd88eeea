using System.Diagnostics;

namespace MeanField.Cli.Tests;

/// <summary>The interpreters of other languages that this machine has.</summary>
internal static class Language
{
    /// <summary>Rscript; null where there is none.</summary>
    public static string? R { get; } = Programs("Rscript").FirstOrDefault();

    /// <summary>A python3 that has a module: another one may come first in the path. Null where there is none.</summary>
    public static string? Python(string module) => Programs("python3").FirstOrDefault(python => Succeeds(python, "-c", $"import {module}"));

    private static IEnumerable<string> Programs(string name) =>
        (Environment.GetEnvironmentVariable("PATH") ?? "")
            .Split(Path.PathSeparator)
            .Append("/usr/bin")
            .Distinct()
            .Select(folder => Path.Combine(folder, name))
            .Where(File.Exists);

    private static bool Succeeds(string program, params string[] arguments)
    {
        using var process = Process.Start(
            new ProcessStartInfo(program, arguments) { RedirectStandardOutput = true, RedirectStandardError = true }
        )!;
        process.StandardError.ReadToEnd();
        process.WaitForExit();
        return process.ExitCode == 0;
    }
}

/// <summary>A test that needs the interpreter of another language; where it is missing the test is skipped, and says what to install.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class LanguageFactAttribute : FactAttribute
{
    public LanguageFactAttribute(string program, string module, string package)
    {
        if ((program == "python3" ? Language.Python(module) : Language.R) is null)
            Skip = $"{program} {module} is missing: install the package {package}";
    }
}

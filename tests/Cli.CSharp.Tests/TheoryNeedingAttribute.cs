namespace MeanField.Cli.Tests;

/// <summary>A theory that needs a program of the system; where it is missing the test is skipped, and says what to install.</summary>
[AttributeUsage(AttributeTargets.Method)]
internal sealed class TheoryNeedingAttribute : TheoryAttribute
{
    public TheoryNeedingAttribute(string program, string package)
    {
        if (!Folders.Any(folder => File.Exists(Path.Combine(folder, program))))
            Skip = $"{program} is missing: install the package {package}";
    }

    private static string[] Folders => (Environment.GetEnvironmentVariable("PATH") ?? "").Split(Path.PathSeparator);
}

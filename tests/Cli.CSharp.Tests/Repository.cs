namespace MeanField.Cli.Tests;

/// <summary>The tree that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "Workbench.sln")) ? folder : Find(Path.GetDirectoryName(folder)!);
}

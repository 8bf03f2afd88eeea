namespace MeanField.Studio.Tests;

/// <summary>The tree that the tests were built from.</summary>
internal static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>The built command, of the configuration of the tests.</summary>
    public static string Workbench { get; } = Path.Combine(Root, "src", "Cli.CSharp", "bin", Configuration, "net10.0", "workbench.dll");

    private static string Configuration => new DirectoryInfo(AppContext.BaseDirectory).Parent!.Name;

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "Workbench.sln")) ? folder : Find(Path.GetDirectoryName(folder)!);
}

namespace MeanField.Golden;

/// <summary>The tree that the tests were built from.</summary>
public static class Repository
{
    /// <summary>The folder of the solution.</summary>
    public static string Root { get; } = Find(AppContext.BaseDirectory);

    /// <summary>The folder of the examples.</summary>
    public static string Examples { get; } = Path.Combine(Root, "examples");

    private static string Find(string folder) =>
        File.Exists(Path.Combine(folder, "Workbench.sln"))
            ? folder
            : Find(Path.GetDirectoryName(folder) ?? throw new DirectoryNotFoundException("the tree has no Workbench.sln"));
}

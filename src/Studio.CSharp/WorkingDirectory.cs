namespace MeanField.Studio;

/// <summary>The directory that the studio was started in: a page reads and writes nothing outside of it.</summary>
internal static class WorkingDirectory
{
    /// <summary>Whether a path leads to something below it.</summary>
    public static bool Holds(string path) =>
        Path.GetRelativePath(Environment.CurrentDirectory, Path.GetFullPath(path)) is var relative
        && !Path.IsPathRooted(relative)
        && relative.Split(Path.DirectorySeparatorChar)[0] != "..";
}

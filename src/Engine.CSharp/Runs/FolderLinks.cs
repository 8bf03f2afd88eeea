using MeanField.Core;

namespace MeanField.Engine.Runs;

/// <summary>Symbolic links in a folder that is written to: through them a folder from a stranger would reach files outside.</summary>
internal static class FolderLinks
{
    /// <summary>Refuses a folder with a link in it, at any depth; the folder itself may be reached by one. <paramref name="key"/> is the option that names it.</summary>
    /// <exception cref="FaultException">The first link.</exception>
    public static void Refuse(string folder, string key)
    {
        if (First(new DirectoryInfo(folder)) is { } link)
            throw new FaultException(
                FaultModule.invalid(
                    Location.OfKey(key),
                    $"{link.FullName}, a link to {link.LinkTarget}",
                    "a folder without links, since nothing is written outside of it",
                    "",
                    "put the file or folder itself in its place, or name another folder"
                )
            );
    }

    private static FileSystemInfo? First(DirectoryInfo folder)
    {
        foreach (var entry in folder.EnumerateFileSystemInfos())
            if (entry.LinkTarget is not null)
                return entry;
            else if (entry is DirectoryInfo inner && First(inner) is { } link)
                return link;
        return null;
    }
}

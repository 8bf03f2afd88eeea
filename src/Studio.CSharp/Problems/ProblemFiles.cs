using System.Text;
using MeanField.Core;
using MeanField.Engine.Runs;

namespace MeanField.Studio.Problems;

/// <summary>The problem files below the working directory.</summary>
internal static class ProblemFiles
{
    private const int Depth = 3;

    /// <summary>Their paths from there, without the copies in the folders of results.</summary>
    public static IReadOnlyList<string> All() =>
        [
            .. Directory
                .EnumerateFiles(
                    ".",
                    "*.toml",
                    new EnumerationOptions
                    {
                        RecurseSubdirectories = true,
                        MaxRecursionDepth = Depth,
                        IgnoreInaccessible = true,
                    }
                )
                .Select(path => Path.GetRelativePath(".", path))
                .Where(path => !path.StartsWith("runs", StringComparison.Ordinal))
                .Order(),
        ];

    /// <summary>The text of a file.</summary>
    /// <exception cref="FaultException">No file, too large for a problem, or outside of the working directory.</exception>
    public static string Read(string path)
    {
        Require(path);
        return (File.Exists(path) ? BoundedText.Read(path, BoundedText.LargestProblem) : null)
            ?? throw Refused(path, File.Exists(path) ? "a file that is too large" : "no such file");
    }

    /// <summary>Writes a file, whole or not at all.</summary>
    /// <exception cref="FaultException">Outside of the working directory, or not the name of a problem file.</exception>
    public static void Save(string path, string text)
    {
        Require(path);
        if (Path.GetDirectoryName(path) is { Length: > 0 } folder)
            Directory.CreateDirectory(folder);
        AtomicFile.Write(path, stream => stream.Write(Encoding.UTF8.GetBytes(text)));
    }

    private static void Require(string path)
    {
        if (Path.GetExtension(path) != ".toml" || !WorkingDirectory.Holds(path))
            throw Refused(path, "the path");
    }

    private static FaultException Refused(string path, string found) =>
        new(
            FaultModule.invalid(
                Location.OfFile(path),
                found,
                "a file with the ending .toml below the working directory",
                "",
                "start the studio in the folder of your problems"
            )
        );
}

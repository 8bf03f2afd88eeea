using System.Security.Cryptography;
using MeanField.Core;

namespace MeanField.Engine.Journals;

/// <summary>All of a problem that results depend on.</summary>
/// <param name="Problem">The problem as a problem file, what the command line set included.</param>
/// <param name="Files">The files that it names, with the SHA-256 of their bytes.</param>
public sealed record ProblemIdentity(string Problem, IReadOnlyDictionary<string, string> Files)
{
    /// <summary>Of problems whose files are named from a folder; the first one stands for their text.</summary>
    public static ProblemIdentity Of(IReadOnlyList<Problem> problems, string folder) =>
        new(
            ProblemModule.toToml(problems[0]),
            problems.SelectMany(ProblemModule.files).Distinct().ToDictionary(path => path, path => Hash(Path.Combine(folder, path)))
        );

    /// <summary>The first line that is not as in an earlier problem, in words; null where all are.</summary>
    public string? LineOfChange(ProblemIdentity earlier)
    {
        var (now, then) = (Lines(Problem), Lines(earlier.Problem));
        return now.Except(then).FirstOrDefault() is { } line ? $"'{line}', which was not so"
            : then.Except(now).FirstOrDefault() is { } gone ? $"'{gone}' is gone"
            : Problem != earlier.Problem ? "the order of its lines"
            : null;
    }

    /// <summary>The files of both that hold something else.</summary>
    public IEnumerable<string> ChangedFiles(ProblemIdentity earlier) =>
        Files.Keys.Where(file => earlier.Files.TryGetValue(file, out var hash) && hash != Files[file]);

    private static string[] Lines(string toml) => [.. toml.Split('\n').Where(line => line.Contains('='))];

    /// <summary>A file that is not there has its message where it is read.</summary>
    private static string Hash(string path)
    {
        if (!File.Exists(path))
            return "";
        using var file = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(file));
    }
}

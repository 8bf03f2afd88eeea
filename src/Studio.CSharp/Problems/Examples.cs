namespace MeanField.Studio.Problems;

/// <summary>The examples that come with the studio: folders with a problem file and what it reads.</summary>
internal static class Examples
{
    private const string Prefix = "examples/";

    private static readonly string[] Files =
    [
        .. typeof(Examples)
            .Assembly.GetManifestResourceNames()
            .Where(name => name.StartsWith(Prefix, StringComparison.Ordinal))
            .Select(name => name[Prefix.Length..].Replace('\\', '/'))
            .Order(),
    ];

    /// <summary>Their problem files, as "01-sine/problem.toml".</summary>
    public static IReadOnlyList<string> All { get; } = [.. Files.Where(file => Path.GetFileName(file) is "problem.toml" or "bridge.toml")];

    /// <summary>Copies the folder of an example into the working directory, whose own files stay as they are, and names the copy's problem file.</summary>
    public static string Copy(string example)
    {
        var folder = Path.GetDirectoryName(example)!;
        Directory.CreateDirectory(folder);
        foreach (var file in Files.Where(file => Path.GetDirectoryName(file) == folder && !File.Exists(file)))
        {
            using var from = typeof(Examples).Assembly.GetManifestResourceStream(Prefix + file)!;
            using var to = File.Create(file);
            from.CopyTo(to);
        }
        return example;
    }
}

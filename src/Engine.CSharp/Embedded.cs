namespace MeanField.Engine;

/// <summary>Texts that stand in this assembly.</summary>
internal static class Embedded
{
    /// <summary>The whole text of a file, named from the project with a dot for each folder: "Machines.every.toml".</summary>
    public static string Text(string name)
    {
        using var stream = typeof(Embedded).Assembly.GetManifestResourceStream($"{typeof(Embedded).Namespace}.{name}")!;
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Its lines, without empty ones.</summary>
    public static string[] Lines(string name) => Text(name).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

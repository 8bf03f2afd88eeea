namespace MeanField.Golden;

/// <summary>Texts that stand in this assembly.</summary>
internal static class Resource
{
    /// <summary>The whole text; throws where there is none of that name.</summary>
    public static string Text(string name)
    {
        using var stream =
            typeof(Resource).Assembly.GetManifestResourceStream(name) ?? throw new FileNotFoundException($"no resource '{name}'");
        using var reader = new StreamReader(stream);
        return reader.ReadToEnd();
    }

    /// <summary>Its lines, without empty ones.</summary>
    public static string[] Lines(string name) => Text(name).Split('\n', StringSplitOptions.RemoveEmptyEntries);
}

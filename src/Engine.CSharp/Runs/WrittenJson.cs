using System.Text.Json;
using System.Text.Json.Nodes;
using MeanField.Core;

namespace MeanField.Engine.Runs;

/// <summary>JSON files that this program has written, and that anything may have happened to since.</summary>
internal static class WrittenJson
{
    // Nothing that is written comes near it; the parsed tree takes many times as much memory.
    private const int LargestFile = 1 << 26;

    /// <summary>What <paramref name="read"/> makes of the file, which must ask for all that is asked later.</summary>
    /// <param name="path">The file.</param>
    /// <param name="refused">The fault for what was found instead.</param>
    /// <param name="kind">What the file should be: "a manifest of a run".</param>
    /// <param name="read">Reads the parsed text; what a missing key or a value of another kind makes it throw becomes the fault.</param>
    /// <exception cref="FaultException">What is no JSON, too long, or not what was written.</exception>
    public static T Read<T>(string path, Func<string, FaultException> refused, string kind, Func<JsonNode, T> read)
    {
        var text = BoundedText.Read(path, LargestFile) ?? throw refused($"a file of more than {LargestFile} bytes, which is no {kind}");
        try
        {
            var json = JsonNode.Parse(text)!;
            Check(json);
            return read(json);
        }
        catch (Exception failure)
            when (failure
                    is JsonException
                        or InvalidOperationException
                        or NullReferenceException
                        or FormatException
                        or OverflowException
                        or ArgumentException
            )
        {
            throw refused($"what is no {kind}");
        }
    }

    /// <summary>Values are parsed when they are asked for: a key that stands twice, half a character or a number beyond all doubles is found here.</summary>
    private static void Check(JsonNode? json)
    {
        if (json is JsonObject entries)
            foreach (var (_, value) in entries)
                Check(value);
        else if (json is JsonArray items)
            foreach (var item in items)
                Check(item);
        else if (json?.GetValueKind() == JsonValueKind.String)
            _ = json.GetValue<string>();
        else if (json?.GetValueKind() == JsonValueKind.Number && !double.IsFinite(json.GetValue<double>()))
            throw new OverflowException();
    }
}

using System.Text;
using System.Text.Json;

namespace MeanField.Engine.Journals;

/// <summary>All pages of a journal, as its checkpoint keeps them: state.json with the version of the format, and pages.json.</summary>
/// <param name="Number">Pages written in all, which numbers checkpoints.</param>
/// <param name="Finished">Finished parts by name, each as JSON.</param>
/// <param name="Noted">Where parts under way stand.</param>
internal sealed record JournalState(long Number, IReadOnlyDictionary<string, byte[]> Finished, IReadOnlyDictionary<string, byte[]> Noted)
{
    /// <summary>Version of the layout of pages and of the parts in them.</summary>
    public const int FormatVersion = 1;

    /// <summary>Of a journal that begins.</summary>
    public static JournalState Empty { get; } = new(0, new Dictionary<string, byte[]>(), new Dictionary<string, byte[]>());

    public const string HeadName = "state.json";
    public const string PagesName = "pages.json";

    /// <summary>Writes the files of a checkpoint.</summary>
    public void Write(Action<string, Action<Stream>> write)
    {
        write(HeadName, stream => JsonSerializer.Serialize(stream, new Head(FormatVersion, Number), Layout));
        write(
            PagesName,
            stream =>
            {
                using var json = new Utf8JsonWriter(stream);
                json.WriteStartObject();
                Write(json, nameof(Finished), Finished);
                Write(json, nameof(Noted), Noted);
                json.WriteEndObject();
            }
        );
    }

    /// <summary>The version of the format in which a checkpoint is written.</summary>
    public static int VersionOf(string checkpoint) => ReadHead(checkpoint).FormatVersion;

    /// <summary>Reads a sound checkpoint of this format.</summary>
    public static JournalState Read(string checkpoint)
    {
        using var json = JsonDocument.Parse(File.ReadAllBytes(Path.Combine(checkpoint, PagesName)));
        return new JournalState(ReadHead(checkpoint).Number, Pages(nameof(Finished)), Pages(nameof(Noted)));

        Dictionary<string, byte[]> Pages(string name) =>
            json
                .RootElement.GetProperty(name)
                .EnumerateObject()
                .ToDictionary(page => page.Name, page => Encoding.UTF8.GetBytes(page.Value.GetRawText()));
    }

    private static JsonSerializerOptions Layout { get; } =
        new() { PropertyNamingPolicy = JsonNamingPolicy.CamelCase, WriteIndented = true };

    private sealed record Head(int FormatVersion, long Number);

    private static Head ReadHead(string checkpoint) =>
        JsonSerializer.Deserialize<Head>(File.ReadAllBytes(Path.Combine(checkpoint, HeadName)), Layout)!;

    private static void Write(Utf8JsonWriter json, string name, IReadOnlyDictionary<string, byte[]> pages)
    {
        json.WriteStartObject(name);
        foreach (var (part, page) in pages)
        {
            json.WritePropertyName(part);
            json.WriteRawValue(page, skipInputValidation: true);
        }
        json.WriteEndObject();
    }
}

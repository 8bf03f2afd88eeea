using System.Text.Json;
using System.Text.Json.Nodes;
using MeanField.Core;
using MeanField.Engine.InputLaws;

namespace MeanField.Engine.Runs;

/// <summary>What run.json says of the data that a run has seen.</summary>
internal sealed record ManifestReader(
    IReadOnlyList<string>? Columns,
    Standardization? InputStandardization,
    Standardization? TargetStandardization
)
{
    /// <summary>Reads a manifest.</summary>
    /// <exception cref="FaultException">The file is no manifest, or of another version.</exception>
    public static ManifestReader Read(string path)
    {
        try
        {
            var json = JsonNode.Parse(File.ReadAllText(path))!;
            var version = json["schemaVersion"]!.GetValue<int>();
            return version == Manifest.SchemaVersion
                ? new ManifestReader(
                    json["columns"]?.Deserialize<string[]>(),
                    Of(json["inputStandardization"]),
                    Of(json["targetStandardization"])
                )
                : throw Refused(path, $"schemaVersion {version}");
        }
        catch (Exception failure) when (failure is JsonException or InvalidOperationException or NullReferenceException or FormatException)
        {
            throw Refused(path, "what is no manifest of a run");
        }
    }

    private static Standardization? Of(JsonNode? json) =>
        json is null
            ? null
            : new Standardization(
                json["columns"].Deserialize<string[]>()!,
                json["means"].Deserialize<double[]>()!,
                json["scales"].Deserialize<double[]>()!
            );

    private static FaultException Refused(string path, string found) =>
        new(
            FaultModule.invalid(
                new Location(path, 0, 0, ""),
                found,
                $"the run.json that 'workbench run' writes, schemaVersion {Manifest.SchemaVersion}",
                "",
                "name a run folder"
            )
        );
}

using System.Text.Json;
using System.Text.Json.Nodes;
using MeanField.Engine.InputLaws;

namespace MeanField.Engine.Runs;

/// <summary>run.json: what a run was, on what, and how it stands; enough to repeat it and to read its folder.</summary>
public sealed record Manifest
{
    /// <summary>Version of this file's layout.</summary>
    public const int SchemaVersion = 1;

    /// <summary>The problem's title.</summary>
    public required string Title { get; init; }

    /// <summary>When the run started.</summary>
    public required DateTimeOffset Started { get; init; }

    /// <summary>The machine and the versions.</summary>
    public required Platform Platform { get; init; }

    /// <summary>Seed of all noise.</summary>
    public required long Seed { get; init; }

    /// <summary>What the command line said beside the problem file.</summary>
    public required RunOptions Options { get; init; }

    /// <summary>Hash of the kernel program.</summary>
    public required string ProgramHash { get; init; }

    /// <summary>Hash of nodes, targets, held-out rows and start.</summary>
    public required string InputHash { get; init; }

    /// <summary>The columns that the run read of its data file, inputs first; null for other laws.</summary>
    public IReadOnlyList<string>? Columns { get; init; }

    /// <summary>What was done to the inputs of a data file; null where nothing was.</summary>
    public Standardization? InputStandardization { get; init; }

    /// <summary>What was done to the target of a data file; null where nothing was.</summary>
    public Standardization? TargetStandardization { get; init; }

    /// <summary>How the run stands; <see cref="RunStatus.Running"/> until it ends.</summary>
    public required RunStatus Status { get; init; }

    /// <summary>The summary, null until the run ends.</summary>
    public RunResult? Results { get; init; }

    /// <summary>The manifest as indented JSON. NaN and infinity never appear.</summary>
    public string ToJson()
    {
        var json = new JsonObject
        {
            ["schemaVersion"] = SchemaVersion,
            ["title"] = Title,
            ["started"] = Started.ToString("O"),
            ["versions"] = new JsonObject
            {
                ["workbench"] = Platform.Workbench,
                ["runtime"] = Platform.Runtime,
                ["program"] = Core.KernelProgramModule.Version,
            },
            ["machine"] = OfPlatform(),
            ["seed"] = Seed,
            ["options"] = Options.ToJson(),
            ["process"] = Environment.ProcessId,
            ["programHash"] = ProgramHash,
            ["inputHash"] = InputHash,
            ["columns"] = JsonSerializer.SerializeToNode(Columns),
            ["inputStandardization"] = Of(InputStandardization),
            ["targetStandardization"] = Of(TargetStandardization),
            ["status"] = Status.Name,
            ["statusReason"] = Status.Reason,
            ["results"] = Results is null ? null : RunResultJson.Of(Results),
        };

        return json.ToJsonString(RunResultJson.Layout);
    }

    private JsonObject OfPlatform() =>
        new()
        {
            ["operatingSystem"] = Platform.OperatingSystem,
            ["architecture"] = Platform.Architecture,
            ["processors"] = Platform.Processors,
            ["vectorBits"] = Platform.VectorBits,
        };

    private static JsonNode? Of(Standardization? standardization) =>
        standardization is null
            ? null
            : new JsonObject
            {
                ["columns"] = JsonSerializer.SerializeToNode(standardization.Columns),
                ["means"] = JsonSerializer.SerializeToNode(standardization.Means),
                ["scales"] = JsonSerializer.SerializeToNode(standardization.Scales),
            };
}

namespace MeanField.Cli;

/// <summary>
/// What every command is told. <c>Settings</c> are "table.key=value" texts which replace keys of the problem file, the later one winning;
/// <c>OutputFolder</c> null means a new folder under runs/. <c>Options</c> are the keys that stand among the settings as options of the command.
/// </summary>
internal sealed record CommonRequest(
    bool Json,
    bool Quiet,
    int Threads,
    string? OutputFolder,
    bool Force,
    IReadOnlyList<string> Settings,
    IReadOnlyList<string> Options
);

/// <summary>One call of 'workbench report'; with <c>Figure</c> or <c>Table</c> that one is written instead of the page. <c>SolveSeconds</c> is how long a minimiser is sought.</summary>
internal sealed record ReportRequest(string Folder, string? Figure, string? Table, double SolveSeconds, CommonRequest Common);

/// <summary>One call of 'workbench studio'; a port of 0 means a free one.</summary>
internal sealed record StudioRequest(int Port, CommonRequest Common);

/// <summary>The forms in which a derivation can be printed.</summary>
internal enum DerivationFormat
{
    Text,
    Latex,
    MathMl,
    Markdown,
    Json,
}

/// <summary>One call of 'workbench derive'; <c>Only</c> names the one derived object to print, null means all of them.</summary>
internal sealed record DeriveRequest(string File, DerivationFormat Format, string? Only, CommonRequest Common);

/// <summary>One call of 'workbench run'; its options for the keys of [run] stand among the settings. <c>Bridges</c> asks for the divergence of
/// one neuron's law by averages over Brownian bridges, <c>Compares</c> for the comparison with the optimal control; <c>Resume</c> and
/// <c>Repeat</c> name the folder of an earlier run, whose options stand where this call says nothing. <c>TargetError</c> asks for the limit instead, <c>Forecast</c> for time and memory alone.</summary>
internal sealed record RunRequest(
    string File,
    int? NoiseLevel,
    bool Bridges,
    bool Compares,
    double CheckpointSeconds,
    int? CheckpointSteps,
    string? Resume,
    string? Repeat,
    double? TargetError,
    bool Forecast,
    CommonRequest Common
);

/// <summary>One call of 'workbench solve'; its options for the keys of [solve] stand among the settings. <c>Samples</c> neurons are written,
/// <c>Compare</c> names a run folder, <c>Path</c> is a range of inverse temperatures, <c>Grid</c> the inputs at which the net is written.</summary>
internal sealed record SolveRequest(
    string File,
    int? Samples,
    string? Compare,
    NumberRange? Path,
    string? Grid,
    Keeping Keeping,
    CommonRequest Common
);

/// <summary>One call of 'workbench verify'; a claim is a text "NAME = EXPRESSION", and <c>Machine</c> asks for every vector width; without a
/// <c>File</c> the machine itself is checked.</summary>
internal sealed record VerifyRequest(string? File, IReadOnlyList<string> Claims, bool Machine, CommonRequest Common);

/// <summary>One call of 'workbench predict'; <c>Folder</c> is a run folder, <c>Data</c> a CSV file.</summary>
internal sealed record PredictRequest(string Folder, string Data, CommonRequest Common);

/// <summary>One call of 'workbench lazy': how nets and paths are simulated, null for the default.</summary>
internal sealed record LazyRequest(
    string File,
    int? Particles,
    int? Steps,
    int? Replicas,
    int? Paths,
    Keeping Keeping,
    CommonRequest Common
);

/// <summary>One call of 'workbench sweep'; <c>Resume</c> names the folder of the same sweep, to go on there.</summary>
internal sealed record SweepRequest(string File, string? Resume, double? CheckpointSeconds, CommonRequest Common);

/// <summary>One call of 'workbench bench'; without a file the built-in problem is measured, with <c>Ranks</c> what processes gain.</summary>
internal sealed record BenchRequest(string? File, bool Ranks, CommonRequest Common);

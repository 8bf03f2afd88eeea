using System.Globalization;

namespace MeanField.Engine.Runs;

/// <summary>
/// What a command writes into its folder: a JSON object, which is its result or says how far it has come, and files beside it. The names of all files stand
/// here alone: writers, readers and --force, which deletes what an earlier command wrote, take them from here.
/// </summary>
/// <param name="Command">The command.</param>
/// <param name="Result">The JSON object: a folder that has it is one of this command.</param>
/// <param name="Others">Names or patterns of the files beside it; the problem, the log and the call are in every folder.</param>
public sealed record FolderFiles(string Command, string Result, IReadOnlyList<string> Others)
{
    /// <summary>The resolved problem.</summary>
    public const string Problem = "problem.toml";

    /// <summary>Progress with times.</summary>
    public const string Log = "log.txt";

    /// <summary>The time series of a run.</summary>
    public const string Metrics = "metrics.parquet";

    /// <summary>The nodes of a solution.</summary>
    public const string Nodes = "nodes.csv";

    /// <summary>Neurons of the minimiser.</summary>
    public const string Samples = "samples.npy";

    /// <summary>The optimal net at inputs that were asked for.</summary>
    public const string Outputs = "fhat.csv";

    /// <summary>Solutions over beta, as CSV.</summary>
    public const string Temperatures = "path.csv";

    /// <summary>The same as Parquet.</summary>
    public const string TemperaturesParquet = "path.parquet";

    /// <summary>Paths of a bridge.</summary>
    public const string Paths = "paths.npy";

    /// <summary>Value function, density and control over a grid, as CSV.</summary>
    public const string Control = "table.csv";

    /// <summary>The same as Parquet.</summary>
    public const string ControlParquet = "table.parquet";

    /// <summary>Nets of several dynamics beside one another, as CSV.</summary>
    public const string Nets = "comparison.csv";

    /// <summary>The same for LaTeX.</summary>
    public const string NetsLatex = "comparison.tex";

    /// <summary>The cells of a sweep, as CSV.</summary>
    public const string Cells = "sweep.csv";

    /// <summary>The same as Parquet.</summary>
    public const string CellsParquet = "sweep.parquet";

    /// <summary>The object of a sweep, which is written first.</summary>
    internal const string SweepObject = "sweep.json";

    private const string ParticlePrefix = "particles-";
    private const string ParticlePattern = $"{ParticlePrefix}*{ParticleEnding}";
    private const string ParticleEnding = ".npy";

    /// <summary>A run; its manifest is there from the first step on.</summary>
    public static FolderFiles Run { get; } = new("run", "run.json", [Metrics, ParticlePattern]);

    /// <summary>A solution.</summary>
    public static FolderFiles Solution { get; } = new("solve", "solve.json", [Nodes, Samples, Outputs, Temperatures, TemperaturesParquet]);

    /// <summary>A bridge or a Foellmer process.</summary>
    public static FolderFiles Bridge { get; } = new("bridge", "bridge.json", [Paths, Control, ControlParquet]);

    /// <summary>A laziness report.</summary>
    public static FolderFiles Lazy { get; } = new("lazy", "lazy.json", [Nets, NetsLatex]);

    /// <summary>The limit of a run.</summary>
    public static FolderFiles Limit { get; } = new("run --target-error", "limit.json", []);

    /// <summary>A sweep.</summary>
    public static FolderFiles Sweep { get; } = new("sweep", SweepObject, [Cells, CellsParquet]);

    /// <summary>The folders of one result; that of a run grows with it.</summary>
    public static IReadOnlyList<FolderFiles> OfResults { get; } = [Solution, Bridge, Lazy, Limit, Sweep];

    /// <summary>The folders of all commands.</summary>
    internal static IReadOnlyList<FolderFiles> OfCommands { get; } = [.. OfResults, Run];

    /// <summary>Whether a folder has the JSON object.</summary>
    public bool IsIn(string folder) => File.Exists(Path.Combine(folder, Result));

    /// <summary>Those of a folder of one result; null where there is none.</summary>
    public static FolderFiles? ResultIn(string folder) => OfResults.FirstOrDefault(files => files.IsIn(folder));

    /// <summary>The particles after so many steps.</summary>
    internal static string Particles(long step) => $"{ParticlePrefix}{step}{ParticleEnding}";

    /// <summary>The files of particles in a run folder, with the steps taken before each.</summary>
    internal static IEnumerable<(long Step, string File)> ParticlesIn(string folder) =>
        from file in Directory.EnumerateFiles(folder, ParticlePattern)
        let number = Path.GetFileNameWithoutExtension(file)[ParticlePrefix.Length..]
        where long.TryParse(number, NumberStyles.None, CultureInfo.InvariantCulture, out _)
        select (long.Parse(number, CultureInfo.InvariantCulture), file);
}

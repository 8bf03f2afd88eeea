using System.Text;
using System.Text.Json.Nodes;
using MeanField.Core;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Bridges;

/// <summary>
/// The folder of a bridge, which no other process writes to until it is disposed: problem.toml, log.txt, paths.npy or table.csv and table.parquet, and
/// last bridge.json.
/// </summary>
public sealed class BridgeFolder : IDisposable
{
    private readonly RunFolder folder;

    private BridgeFolder(RunFolder folder) => this.folder = folder;

    /// <summary>The folder, as given or relative to the working directory.</summary>
    public string Path => folder.Path;

    /// <summary>A new folder with the resolved problem in it; the arguments are as those of <see cref="RunFolder.Create"/>.</summary>
    /// <exception cref="FaultException">The folder holds files and there is no force, or it is that of the problem file.</exception>
    public static BridgeFolder Create(string? path, Problem problem, string problemFolder, bool force)
    {
        RunFolder.CheckForced(path, force, problemFolder);
        var folder = RunFolder.Create(path, problem.Title, DateTimeOffset.Now, force);
        folder.WriteProblem(ProblemModule.toToml(ProblemModule.resolvePaths(problemFolder, problem)));
        return new BridgeFolder(folder);
    }

    /// <summary>Writes the states of all paths: N (K + 1) rows of d, path after path.</summary>
    public void WritePaths(BridgePaths paths) =>
        folder.Write("paths.npy", stream => NpyFile.Write(stream, paths.Dimension, [paths.States]));

    /// <summary>Writes a table over a grid to table.csv and table.parquet.</summary>
    public void WriteTable(NumberTable table)
    {
        folder.Write("table.csv", table.WriteCsv);
        folder.Write("table.parquet", table.WriteParquet);
    }

    /// <summary>Appends one line to the log.</summary>
    public void Log(string message) => folder.Log(message);

    /// <summary>Writes bridge.json.</summary>
    public void WriteResult(JsonObject result) =>
        folder.Write(RunFolder.BridgeName, stream => stream.Write(Encoding.UTF8.GetBytes(result.ToJsonString(RunResultJson.Layout))));

    public void Dispose() => folder.Dispose();
}

using System.Text.Json.Nodes;
using MeanField.Core;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Journals;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// The folder of one solution, which no other process writes to until it is disposed: problem.toml, nodes.csv, samples.npy, fhat.csv, path.csv,
/// path.parquet, log.txt, and last solve.json: a folder that has it is complete.
/// </summary>
public sealed class SolutionFolder : IDisposable
{
    /// <summary>Version of the layout of solve.json.</summary>
    public const int SchemaVersion = 1;

    private readonly ResultFolder folder;
    private readonly Problem problem;
    private readonly DateTimeOffset started = DateTimeOffset.Now;

    private SolutionFolder(ResultFolder folder, Problem problem) => (this.folder, this.problem) = (folder, problem);

    /// <summary>What the solution has found so far.</summary>
    public Journal Journal => folder.Journal;

    /// <summary>The folder, as given or relative to the working directory.</summary>
    public string Path => folder.Path;

    /// <summary>The folder of a call: a new one with the resolved problem in it, or the one to go on in; the arguments are as those of <see cref="ResultFolder.Open"/>.</summary>
    /// <exception cref="FaultException">As of <see cref="ResultFolder.Open"/>.</exception>
    public static SolutionFolder Open(
        KeptCall call,
        string? path,
        Problem problem,
        string problemFolder,
        bool force,
        Action<string> warned
    ) => new(ResultFolder.Open(FolderFiles.Solution, call, path, problem, problemFolder, force, warned), problem);

    /// <summary>The JSON object of a solution whose folder is complete; null of another.</summary>
    /// <exception cref="FaultException">The file is damaged.</exception>
    public static JsonObject? Complete(string path) => ResultFolder.Complete(path, FolderFiles.Solution)?["results"] as JsonObject;

    /// <inheritdoc cref="RunFolder.Log(Progress)"/>
    public void Log(Progress progress) => folder.Log(progress);

    /// <summary>Writes the nodes with what the solution has at each: inputs, weight, f, alpha, and the moment, called fhat where it is the net's output.</summary>
    public void WriteNodes(MinimiserProblem minimised, Solution solution)
    {
        if (minimised.Table is not { } table)
            return;
        List<NodeColumn> columns = [.. table.Columns];
        if (solution.Alpha.Length == table.Count)
        {
            columns.Add(new NodeColumn("alpha", 1, solution.Alpha));
            columns.Add(new NodeColumn(solution.Loss.Value.Value is null ? "moment" : "fhat", 1, solution.Moment));
        }
        folder.Write(FolderFiles.Nodes, Table(columns, table.Count).WriteCsv);
    }

    /// <summary>Writes neurons, N x d, row-major.</summary>
    public void WriteSamples(NeuronSample sample) =>
        folder.Write(FolderFiles.Samples, stream => NpyFile.Write(stream, sample.Dimension, [sample.Rows]));

    /// <summary>Writes the optimal net at inputs of p numbers each, with standard errors where expectations are sampled.</summary>
    public void WriteOutputs(double[] inputs, OptimalOutputs outputs)
    {
        var count = outputs.Outputs.Length;
        List<NodeColumn> columns = [new(NodeTable.Inputs, inputs.Length / count, inputs), new("fhat", 1, outputs.Outputs)];
        if (outputs.StandardErrors is { } errors)
            columns.Add(new NodeColumn("standardError", 1, errors));
        folder.Write(FolderFiles.Outputs, Table(columns, count).WriteCsv);
    }

    /// <summary>Writes a path: beta, certified (1 or 0) and every number of the JSON object by its keys there, a row a solution.</summary>
    public void WritePath(IReadOnlyList<double> betas, IReadOnlyList<Solution> solutions)
    {
        string[] names = [.. SolutionJson.Named(solutions[0]).Select(named => named.Key)];
        var table = new NumberTable(
            [
                "beta",
                "certified",
                "interval.low",
                "interval.high",
                .. names,
                .. names.Select(name => $"standardErrors.{name}"),
                "points",
                "seconds",
            ],
            [.. betas.Zip(solutions, Row)]
        );
        folder.Write(FolderFiles.Temperatures, table.WriteCsv);
        folder.Write(FolderFiles.TemperaturesParquet, table.WriteParquet);
    }

    /// <summary>Writes solve.json: what was solved, with what, and the result.</summary>
    public void WriteResult(JsonObject result)
    {
        var platform = Platform.Here();
        var json = new JsonObject
        {
            ["schemaVersion"] = SchemaVersion,
            ["title"] = problem.Title,
            ["started"] = started.ToString("O"),
            ["versions"] = new JsonObject
            {
                ["workbench"] = platform.Workbench,
                ["runtime"] = platform.Runtime,
                ["program"] = KernelProgramModule.Version,
            },
            ["results"] = result.DeepClone(),
        };
        folder.WriteResult(json);
    }

    public void Dispose() => folder.Dispose();

    private static double?[] Row(double beta, Solution solution)
    {
        var named = SolutionJson.Named(solution);
        var certificate = solution.Certificate;
        return
        [
            beta,
            certificate.IsCertified ? 1 : 0,
            certificate.Interval?.Low,
            certificate.Interval?.High,
            .. named.Select(one => one.Value.Value.Value),
            .. named.Select(one => one.Value.StandardError.Value),
            solution.Points,
            solution.Seconds,
        ];
    }

    private static NumberTable Table(IReadOnlyList<NodeColumn> columns, int count) =>
        new(
            [.. columns.SelectMany(Names)],
            [.. Enumerable.Range(0, count).Select(row => columns.SelectMany(column => Cells(column, row)).ToArray())]
        );

    private static IEnumerable<string> Names(NodeColumn column) =>
        column.Width == 1 ? [column.Name] : Enumerable.Range(1, column.Width).Select(i => $"{column.Name}{i}");

    private static IEnumerable<double?> Cells(NodeColumn column, int row) =>
        column.Values.Skip(row * column.Width).Take(column.Width).Select(number => (double?)number);
}

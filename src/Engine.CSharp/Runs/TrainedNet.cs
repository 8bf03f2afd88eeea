using System.Globalization;
using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.InputLaws;

namespace MeanField.Engine.Runs;

/// <summary>What a net answers to the rows of a file, in the target's own units.</summary>
/// <param name="Outputs">One output a row: fhat, the mean over all neurons of all replicas.</param>
/// <param name="StandardErrors">The standard error of each from the replicas' spread; null for one replica.</param>
public sealed record Prediction(double[] Outputs, double[]? StandardErrors);

/// <summary>The net that a run has left in its folder: the particles after the last step written, with what was done to its data.</summary>
public sealed class TrainedNet
{
    private readonly Problem problem;
    private readonly RecordedRun recorded;
    private readonly KernelProgram fit;
    private readonly double[][] replicas;

    private TrainedNet(Problem problem, RecordedRun recorded, KernelProgram fit, double[][] replicas) =>
        (this.problem, this.recorded, this.fit, this.replicas) = (problem, recorded, fit, replicas);

    /// <summary>Reads a run folder. The data file of the run need not be there any more.</summary>
    /// <exception cref="FaultException">No run folder, no particles in it, or a problem without a net.</exception>
    public static TrainedNet Read(string folder)
    {
        var recorded = RecordedRun.Read(folder);
        var problem = recorded.Problem() ?? throw Refused(folder, "a run that has not begun", "wait until it has, or run it again");
        var fit = Theory.programs(problem).Value().Fit?.Value ?? throw Refused(folder, "a problem without a neuron or a target", "");
        return new TrainedNet(problem, recorded, fit, Particles(folder, problem, KernelProgramModule.dimension(fit)));
    }

    /// <summary>The net's outputs at the rows of a CSV file: columns by name where the run read a data file, else all p in order.</summary>
    /// <exception cref="FaultException">A wrong file, or columns other than the net's inputs.</exception>
    public Prediction Predict(string file)
    {
        var inputs = Inputs(file);
        var layout = new ParticleLayout(problem.Run.Particles, KernelProgramModule.dimension(fit));
        var compiled = CompiledProgram.Compile(fit, VectorTargets.Default, problem.Run.Precision);
        using var evaluation = new Evaluation(compiled, layout, inputs.Length / Dimension, memoryCap: 0);
        SetInputs(evaluation, inputs, layout.Particles);
        var outputs = replicas.Select(rows => Outputs(evaluation, layout, compiled, rows)).ToArray();
        var statistics = Enumerable
            .Range(0, outputs[0].Length)
            .Select(row => ReplicaStatistics.Of([.. outputs.Select(replica => replica[row])]))
            .ToArray();
        var scale = recorded.TargetStandardization?.Scales[0] ?? 1;
        double[] means = [.. statistics.Select(output => output.Mean)];
        return new Prediction(
            recorded.TargetStandardization?.Undo(means) ?? means,
            replicas.Length == 1 ? null : [.. statistics.Select(output => scale * output.StandardError!.Value)]
        );
    }

    private int Dimension => problem.Input?.Value.Dimension ?? 0;

    private double[] Inputs(string file)
    {
        using var csv = CsvFile.Open(file);
        var names = problem.Input?.Value.Law is InputLaw.Data data ? [.. data.inputs] : Header(csv, file);
        if (names.Count != Dimension)
            throw Refused(file, $"{names.Count} columns", $"{Dimension}, the inputs of the net in their order", "");
        var values = csv.ReadRows([.. names.Select(csv.OrdinalOf)]);
        return recorded.InputStandardization?.Apply(values) ?? values;
    }

    /// <summary>Numbers in the first line would be taken for names, and their row would be missing from the answer.</summary>
    private static IReadOnlyList<string> Header(CsvFile csv, string file) =>
        csv.Header.All(name => double.TryParse(name, CultureInfo.InvariantCulture, out _))
            ? throw Refused(file, "numbers in the first line", "a header of column names, then rows", "write a header above them")
            : csv.Header;

    /// <summary>fhat reads x alone; loss and risk, which the program has beside it, get a target of 0.</summary>
    private void SetInputs(Evaluation evaluation, double[] inputs, int particles)
    {
        var uniforms = Theory.uniforms(problem);
        foreach (var uniform in fit.Uniforms)
            evaluation.SetUniform(uniform.Name, uniform.Name == "1/N" ? [1.0 / particles] : uniforms[uniform.Name]);
        foreach (var column in fit.NodeColumns)
            evaluation.SetNodeColumn(column.Name, column.Name == NodeTable.Inputs ? inputs : new double[inputs.Length / Dimension]);
    }

    private static double[] Outputs(Evaluation evaluation, ParticleLayout layout, CompiledProgram compiled, double[] rows)
    {
        using var state = new AlignedBuffer(layout.Length * compiled.ParticleFormat.Bytes);
        layout.FromRows(rows, state, compiled.ParticleFormat);
        evaluation.Evaluate(state);
        return evaluation.Node("fhat");
    }

    private static double[][] Particles(string folder, Problem problem, int dimension)
    {
        var last =
            FolderFiles
                .ParticlesIn(folder)
                .OrderByDescending(particles => particles.Step)
                .Select(particles => particles.File)
                .FirstOrDefault()
            ?? throw Refused(folder, "a run without particles", "wait until it has written some, or run it again");
        var array = NpyFile.Read(last, Location.OfFile(last));
        var (rows, replicas) = (problem.Run.Particles, problem.Run.Replicas);
        return array.Rows == (long)rows * replicas && array.Columns == dimension
            ? [.. array.Values.Chunk(rows * dimension)]
            : throw Refused(
                last,
                $"{array.Rows} x {array.Columns} numbers",
                $"{(long)rows * replicas} x {dimension}, as problem.toml says",
                ""
            );
    }

    private static FaultException Refused(string path, string found, string remedy) =>
        Refused(path, found, "a folder that 'workbench run' has written, of a problem with a neuron and a target", remedy);

    private static FaultException Refused(string path, string found, string expected, string remedy) =>
        new(FaultModule.invalid(Location.OfFile(path), found, expected, "", remedy));
}

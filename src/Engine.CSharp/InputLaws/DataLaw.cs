using MeanField.Core;

namespace MeanField.Engine.InputLaws;

/// <summary>What to read of a data file.</summary>
/// <param name="File">Path of the file, resolved by the caller.</param>
/// <param name="Inputs">Columns that make x, in this order; null: every column but the target, in file order.</param>
/// <param name="Target">Column of f, or null when a formula gives the target.</param>
/// <param name="StandardizeInputs">Bring every input to mean 0 and variance 1.</param>
/// <param name="StandardizeTarget">The same for the target.</param>
public sealed record DataSource(string File, IReadOnlyList<string>? Inputs, string? Target, bool StandardizeInputs, bool StandardizeTarget);

/// <summary>
/// A data set as a law: n rows of weight 1/n. <c>Nodes</c> has columns "x" (n x p) and "weight", and "f" where the source names a target;
/// <c>HeldOut</c> the same of rows that are kept for a test, in the units of the others, or null; <c>Inputs</c> are the names of the columns
/// of x; the standardisations, made from the rows of the law alone, undo what was done to x and f, null where nothing was.
/// </summary>
public sealed record DataLaw(
    NodeTable Nodes,
    NodeTable? HeldOut,
    IReadOnlyList<string> Inputs,
    Standardization? InputStandardization,
    Standardization? TargetStandardization
)
{
    /// <summary>Name of the column of targets in the node table.</summary>
    public const string Target = "f";

    /// <summary>The names in the header of a file, in order.</summary>
    /// <exception cref="FaultException">No such file, an empty file, a name that is empty or there twice.</exception>
    public static IReadOnlyList<string> Columns(string file)
    {
        using var csv = CsvFile.Open(file);
        return csv.Header;
    }

    /// <summary>Reads the law. Cost: one pass over the file, n (p + 1) numbers of memory.</summary>
    /// <exception cref="FaultException">A missing file, a wrong or repeated column, a ragged row, a cell that is empty, not a number or not
    /// finite, no rows, no inputs, a constant column that should be standardised, too few rows to hold any out.</exception>
    public static DataLaw Read(DataSource source, HeldOutRows? heldOut = null)
    {
        using var csv = CsvFile.Open(source.File);
        var inputs = source.Inputs ?? [.. csv.Header.Where(name => name != source.Target)];
        CheckInputs(source.File, inputs);
        string[] targets = source.Target is null ? [] : [source.Target];
        string[] chosen = [.. inputs, .. targets];
        var rows = csv.ReadRows([.. chosen.Select(csv.OrdinalOf)]);
        var (kept, tested) = heldOut is null ? (rows, null) : heldOut.Split(rows, chosen);
        var ofInputs = source.StandardizeInputs ? Standardization.Of(inputs, Inputs(kept), source.File) : null;
        var ofTarget = source.StandardizeTarget ? Standardization.Of(targets, Targets(kept), source.File) : null;
        return new DataLaw(Table(kept), tested is null ? null : Table(tested), inputs, ofInputs, ofTarget);

        double[] Inputs(double[] rows) => Part(rows, chosen.Length, 0, inputs.Count);

        double[] Targets(double[] rows) => Part(rows, chosen.Length, inputs.Count, targets.Length);

        NodeTable Table(double[] rows)
        {
            var (x, f) = (Inputs(rows), Targets(rows));
            var table = NodeTable.Create(inputs.Count, ofInputs?.Apply(x) ?? x, SampledRule.EqualWeights(rows.Length / chosen.Length));
            return targets.Length == 0 ? table : table.With(Target, 1, ofTarget?.Apply(f) ?? f);
        }
    }

    private static void CheckInputs(string file, IReadOnlyList<string> inputs)
    {
        var repeated = inputs.GroupBy(name => name).FirstOrDefault(group => group.Count() > 1);

        if (inputs.Count == 0 || repeated is not null)
        {
            var found = repeated is null ? "no input columns" : $"the input column '{repeated.Key}' twice";
            throw new FaultException(
                FaultModule.invalid(new Location(file, 0, 0, "input.inputs"), found, "a list of distinct columns, or \"*\"", "", "")
            );
        }
    }

    /// <summary>Columns first .. first + width - 1 of rows of the given total width.</summary>
    private static double[] Part(double[] rows, int total, int first, int width)
    {
        var part = new double[rows.Length / total * width];
        for (var (from, to) = (first, 0); to < part.Length; from += total, to += width)
            rows.AsSpan(from, width).CopyTo(part.AsSpan(to));
        return part;
    }
}

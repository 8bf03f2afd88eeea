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
/// <c>Inputs</c> are the names of the columns of x; the standardisations undo what was done to x and f, null where nothing was.
/// </summary>
public sealed record DataLaw(
    NodeTable Nodes,
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
    /// finite, no rows, no inputs, a constant column that should be standardised.</exception>
    public static DataLaw Read(DataSource source)
    {
        using var csv = CsvFile.Open(source.File);
        var inputs = source.Inputs ?? [.. csv.Header.Where(name => name != source.Target)];
        CheckInputs(source.File, inputs);
        string[] targets = source.Target is null ? [] : [source.Target];
        string[] chosen = [.. inputs, .. targets];
        var rows = csv.ReadRows([.. chosen.Select(csv.OrdinalOf)]);
        var (x, ofInputs) = Standardized(source, inputs, Part(rows, chosen.Length, 0, inputs.Count), source.StandardizeInputs);
        var nodes = NodeTable.Create(inputs.Count, x, EqualWeights(rows.Length / chosen.Length));

        if (source.Target is null)
        {
            return new DataLaw(nodes, inputs, ofInputs, null);
        }

        var (f, ofTarget) = Standardized(source, targets, Part(rows, chosen.Length, inputs.Count, 1), source.StandardizeTarget);
        return new DataLaw(nodes.With(Target, 1, f), inputs, ofInputs, ofTarget);
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

    private static double[] EqualWeights(int count)
    {
        var weights = new double[count];
        Array.Fill(weights, 1.0 / count);
        return weights;
    }

    /// <summary>Columns first .. first + width - 1 of rows of the given total width.</summary>
    private static double[] Part(double[] rows, int total, int first, int width) =>
        [.. rows.Where((_, i) => i % total >= first && i % total < first + width)];

    private static (double[] Values, Standardization? By) Standardized(
        DataSource source,
        IReadOnlyList<string> columns,
        double[] values,
        bool standardize
    )
    {
        if (!standardize)
        {
            return (values, null);
        }

        var by = Standardization.Of(columns, values, source.File);
        return (by.Apply(values), by);
    }
}

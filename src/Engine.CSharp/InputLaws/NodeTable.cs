namespace MeanField.Engine.InputLaws;

/// <summary>One named column of a node table: <c>Values</c> is n x <c>Width</c>, row-major.</summary>
public sealed record NodeColumn(string Name, int Width, double[] Values);

/// <summary>
/// The data law pi as n nodes: column "x" (n x p) holds the inputs, "weight" (n x 1) the non-negative weights, which sum to 1;
/// further columns such as "f" join by <see cref="With"/>. Immutable as long as nobody writes into the arrays it shares.
/// </summary>
/// <remarks>theory.md, Notation: pi is n nodes x_j with weights omega_j.</remarks>
public sealed class NodeTable
{
    /// <summary>Name of the column of inputs.</summary>
    public const string Inputs = "x";

    /// <summary>Name of the column of weights.</summary>
    public const string Weights = "weight";

    private NodeTable(int count, IReadOnlyList<NodeColumn> columns)
    {
        Count = count;
        Columns = columns;
    }

    /// <summary>The number of nodes, n.</summary>
    public int Count { get; }

    /// <summary>The columns in the order in which they joined.</summary>
    public IReadOnlyList<NodeColumn> Columns { get; }

    /// <summary>The column of that name; throws <see cref="KeyNotFoundException"/> when there is none.</summary>
    public NodeColumn this[string name] =>
        Columns.FirstOrDefault(column => column.Name == name) ?? throw new KeyNotFoundException($"the node table has no column '{name}'");

    /// <summary>Whether there is a column of that name.</summary>
    public bool Has(string name) => Columns.Any(column => column.Name == name);

    /// <summary>A table of inputs (n x width, row-major) and weights (n).</summary>
    /// <exception cref="ArgumentException">The lengths do not agree.</exception>
    public static NodeTable Create(int width, double[] inputs, double[] weights) =>
        new NodeTable(weights.Length, []).With(Inputs, width, inputs).With(Weights, 1, weights);

    /// <summary>This table with one more column (n x width, row-major).</summary>
    /// <exception cref="ArgumentException">The length does not agree, or the name is taken.</exception>
    public NodeTable With(string name, int width, double[] values)
    {
        if (values.LongLength != (long)Count * width)
        {
            throw new ArgumentException($"column '{name}' has {values.LongLength} values, not {Count} x {width}", nameof(values));
        }

        return Has(name)
            ? throw new ArgumentException($"column '{name}' is there already", nameof(name))
            : new NodeTable(Count, [.. Columns, new NodeColumn(name, width, values)]);
    }
}

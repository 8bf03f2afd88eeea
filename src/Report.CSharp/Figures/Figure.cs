namespace MeanField.Report.Figures;

/// <summary>A picture as data: what is drawn, in which units, and what it shows. Immutable; drawing, files and data tables come from it.</summary>
/// <param name="Name">A file name without its ending.</param>
/// <param name="Title">What it shows, in a line.</param>
/// <param name="Caption">What a reader needs to judge it: what bands and lines are.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Layers">From the back to the front.</param>
public sealed record Figure(string Name, string Title, string Caption, Axis X, Axis Y, IReadOnlyList<Layer> Layers);

/// <summary>An axis with its quantity and unit. A logarithmic one leaves out what is not positive.</summary>
public sealed record Axis(string Label, bool IsLogarithmic = false);

/// <summary>One thing that a figure draws; numbers that are not finite are left out.</summary>
/// <param name="Label">Its words in the legend; empty for none.</param>
public abstract record Layer(string Label)
{
    /// <summary>The number of the pattern of its line: 0 is drawn through.</summary>
    public int Dash { get; init; }
}

/// <summary>Points (x, y) joined by lines.</summary>
public sealed record Curve(string Label, double[] X, double[] Y) : Layer(Label);

/// <summary>The area between two curves over x: an error or an interval.</summary>
public sealed record Band(string Label, double[] X, double[] Low, double[] High) : Layer(Label);

/// <summary>Points (x, y), with standard errors where these are known.</summary>
public sealed record Marks(string Label, double[] X, double[] Y, double[]? Errors = null) : Layer(Label);

/// <summary>A density as steps between edges, one more than there are heights.</summary>
public sealed record Steps(string Label, double[] Edges, double[] Heights) : Layer(Label);

/// <summary>An interval over the whole width; a line where both ends are one.</summary>
public sealed record Level(string Label, double Low, double High) : Layer(Label);

/// <summary>Numbers on a grid of equal cells: <c>Values[row][column]</c>, rows from Y.Low on, columns from X.Low on.</summary>
public sealed record Map(string Label, (double Low, double High) X, (double Low, double High) Y, double[][] Values) : Layer(Label);

namespace MeanField.Report.Figures;

/// <summary>A picture as data: what is drawn, in which units, and what it shows. Immutable; drawing, files and data tables come from it.</summary>
/// <param name="Name">A file name without its ending.</param>
/// <param name="Title">What it shows, in a line.</param>
/// <param name="Caption">What a reader needs to judge it: what bands and lines are.</param>
/// <param name="X">The horizontal axis.</param>
/// <param name="Y">The vertical axis.</param>
/// <param name="Layers">From the back to the front.</param>
public sealed record Figure(string Name, string Title, string Caption, Axis X, Axis Y, IReadOnlyList<Layer> Layers)
{
    /// <summary>Names that a figure of ordinary height has room for.</summary>
    private const int NamesOfHeight = 14;

    /// <summary>How many times as high as others it is: names below one another need room.</summary>
    public double Stretch => Math.Max(1, (Y.Names?.Count ?? 0) / (double)NamesOfHeight);
}

/// <summary>An axis with its quantity and unit. A logarithmic one leaves out what is not positive; one with names has them at 0, 1, 2, ...</summary>
public sealed record Axis(string Label, bool IsLogarithmic = false, IReadOnlyList<string>? Names = null);

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
public sealed record Band(string Label, double[] X, double[] Low, double[] High) : Layer(Label)
{
    /// <summary>Twice the standard errors to either side of values.</summary>
    public static Band OfErrors(double[] x, double[] values, double[] errors) =>
        new(
            "",
            x,
            [.. values.Zip(errors, (value, error) => value - 2 * error)],
            [.. values.Zip(errors, (value, error) => value + 2 * error)]
        );
}

/// <summary>Points (x, y), with standard errors where these are known.</summary>
public sealed record Marks(string Label, double[] X, double[] Y, double[]? Errors = null) : Layer(Label);

/// <summary>A density as steps between edges, one more than there are heights.</summary>
public sealed record Steps(string Label, double[] Edges, double[] Heights) : Layer(Label);

/// <summary>An interval over the whole width; a line where both ends are one.</summary>
public sealed record Level(string Label, double Low, double High) : Layer(Label);

/// <summary>Numbers on a grid of equal cells: <c>Values[row][column]</c>, rows from Y.Low on, columns from X.Low on.</summary>
public sealed record Map(string Label, (double Low, double High) X, (double Low, double High) Y, double[][] Values) : Layer(Label);

/// <summary>Intervals of x at heights y: the errors of marks before them.</summary>
public sealed record Spans(string Label, double[] Low, double[] High, double[] Y) : Layer(Label);

/// <summary>A field of vectors (dx, dy) at points (x, y), drawn as arrows of <c>Scale</c> times their length.</summary>
public sealed record Arrows(string Label, double[] X, double[] Y, double[] Dx, double[] Dy, double Scale) : Layer(Label);

/// <summary>Numbers that can be read in the cells of a grid, of the stronger colour the larger: <c>Values[row][column]</c> and <c>Texts[row][column]</c> for a value
/// of each axis, whose names they are.</summary>
public sealed record Cells(string Label, double[] X, double[] Y, double[][] Values, string[][] Texts) : Layer(Label)
{
    /// <summary>0 for the least number up to 1 for the largest, by logarithms where they are positive and run over more than a factor of twenty.</summary>
    public double Shade(int row, int column)
    {
        double[] all = [.. Values.SelectMany(values => values).Where(double.IsFinite).DefaultIfEmpty()];
        Func<double, double> scale = all.Min() > 0 && all.Max() > 20 * all.Min() ? Math.Log : value => value;
        var (low, high) = (scale(all.Min()), scale(all.Max()));
        return high > low ? (scale(Values[row][column]) - low) / (high - low) : 0;
    }
}

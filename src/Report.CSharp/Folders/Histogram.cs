using MeanField.Report.Figures;

namespace MeanField.Report.Folders;

/// <summary>Densities of numbers over cells that they share.</summary>
internal static class Histogram
{
    private const double Tail = 0.002;

    /// <summary>Equal cells from the quantile 0.002 to 0.998 of all numbers together, with a margin; what lies outside counts in no cell.</summary>
    public static double[] Edges(IEnumerable<double[]> all, int cells)
    {
        var sorted = all.SelectMany(numbers => numbers).Where(double.IsFinite).Order().ToArray();
        var (low, high) =
            sorted.Length == 0 ? (-1.0, 1.0) : (sorted[(int)(Tail * (sorted.Length - 1))], sorted[(int)((1 - Tail) * (sorted.Length - 1))]);
        var margin = high > low ? 0.1 * (high - low) : 0.5;
        return [.. Enumerable.Range(0, cells + 1).Select(k => low - margin + (high - low + 2 * margin) * k / cells)];
    }

    /// <summary>The share of numbers in each cell over its width.</summary>
    public static double[] Density(double[] numbers, double[] edges)
    {
        var (heights, width) = (new double[edges.Length - 1], edges[1] - edges[0]);
        foreach (var number in numbers)
            if (Cell(number, edges) is { } cell)
                heights[cell] += 1 / (numbers.Length * width);
        return heights;
    }

    /// <summary>The density of pairs of numbers over the cells of two axes: rows of y.</summary>
    public static Map Map(string label, double[] x, double[] y, double[] edgesX, double[] edgesY)
    {
        var values = Enumerable.Range(1, edgesY.Length - 1).Select(_ => new double[edgesX.Length - 1]).ToArray();
        var area = (edgesX[1] - edgesX[0]) * (edgesY[1] - edgesY[0]);
        for (var k = 0; k < x.Length; k++)
            if (Cell(x[k], edgesX) is { } column && Cell(y[k], edgesY) is { } row)
                values[row][column] += 1 / (x.Length * area);
        return new Map(label, (edgesX[0], edgesX[^1]), (edgesY[0], edgesY[^1]), values);
    }

    private static int? Cell(double number, double[] edges)
    {
        var at = (number - edges[0]) / (edges[1] - edges[0]);
        return at >= 0 && at < edges.Length - 1 ? (int)at : null;
    }
}

using MeanField.Engine.Collectives;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// A law of constant density on the cells of a grid over the range of mu_alpha, in up to three axes: in each cell proportional to the density of
/// mu_alpha in its middle. It proposes neurons, whose ratio of densities then corrects it.
/// </summary>
internal sealed class CellLaw
{
    /// <summary>Cells along each axis, by the number of axes: at most about a fifth of a standard deviation of a normal law.</summary>
    private static readonly int[] CellsOfAxis = [4096, 512, 96];

    /// <summary>The range reaches so far beyond the last points of weight, as a share of their distance.</summary>
    private const double Margin = 0.05;

    private readonly ProductRule grid;
    private readonly double[] logDensities;
    private readonly double[] cumulative;

    private CellLaw(ProductRule grid, double[] logDensities)
    {
        (this.grid, this.logDensities) = (grid, logDensities);
        cumulative = new double[logDensities.Length];
        var (top, sum) = (logDensities.Max(), 0.0);
        for (var cell = 0; cell < cumulative.Length; cell++)
            cumulative[cell] = sum += Math.Exp(logDensities[cell] - top);
    }

    /// <summary>The cells of a solution by a rule; <paramref name="cells"/> along each axis, null for as many as usual.</summary>
    public static CellLaw Of(MinimiserProblem problem, Solution solution, Team team, int? cells = null)
    {
        var count = cells ?? CellsOfAxis[problem.Dimension - 1];
        var grid = new ProductRule(problem.Problem.Energy.Tau.Value, [.. Extents(problem, solution, team).Select(Axis)]);
        using var points = grid.Points();
        using var law = new ExponentProgram(problem, points.Count, team, solution.Alpha);
        var (rows, densities) = (points.Layout.Rows(points.State, Elementary.NumberFormat.Double), new double[points.Count]);
        law.At(rows, densities);
        for (var cell = 0; cell < densities.Length; cell++)
            densities[cell] += points.LogWeights[cell];
        return new CellLaw(grid, densities);

        TrapezoidAxis Axis(AxisExtent extent)
        {
            var spare = Margin * (extent.High - extent.Low);
            return new TrapezoidAxis(extent.Low - spare, extent.High + spare, count, 0.5);
        }
    }

    /// <summary>Draws w by d + 1 uniform numbers. Answers the log of its density but for a constant, which is that of
    /// exp(H) gamma in the middle of the cell.</summary>
    public double Draw(ReadOnlySpan<double> uniforms, Span<double> w)
    {
        var found = Array.BinarySearch(cumulative, uniforms[0] * cumulative[^1]);
        var cell = Math.Min(found < 0 ? ~found : found, cumulative.Length - 1);
        var stride = cumulative.Length;
        for (var axis = 0; axis < w.Length; axis++)
        {
            var rule = grid.Axes[axis];
            stride /= rule.Count;
            w[axis] = rule.Low + (cell / stride % rule.Count + uniforms[axis + 1]) * rule.Step;
        }
        return logDensities[cell] - grid.Axes.Sum(axis => Math.Log(axis.Step));
    }

    private static IReadOnlyList<AxisExtent> Extents(MinimiserProblem problem, Solution solution, Team team)
    {
        using var points = solution.Rule!.Points();
        using var law = new TiltedLaw(problem, points, team);
        law.At(solution.Alpha, false);
        return AxisExtent.Of(points, law.LogDensities);
    }
}

using System.Numerics.Tensors;
using MeanField.Engine.Journals;

namespace MeanField.Engine.Bridges;

/// <summary>Paths of a controlled process and what was seen on them; rows are N x d.</summary>
/// <param name="Ends">W at tau.</param>
/// <param name="Costs">1/2 SUM (t_(k+1) - t_k) |u_k|^2 of each path: for a chain with these controls its exact cost.</param>
/// <param name="CostsByTrapezoid">The same with the mean of |u|^2 at both ends of each step.</param>
/// <param name="CostsByCoarse">The same on every second time of the grid: how far it is off bounds the error of the finer one.</param>
/// <param name="Middle">W at <paramref name="MiddleTime"/>.</param>
/// <param name="MiddleControls">u there.</param>
/// <param name="EndControls">u at the end, or a step before where it has no value there.</param>
/// <param name="MiddleTime">A time of the grid near tau/2.</param>
internal sealed record PathSample(
    double[] Ends,
    double[] Costs,
    double[] CostsByTrapezoid,
    double[] CostsByCoarse,
    double[] Middle,
    double[] MiddleControls,
    double[] EndControls,
    double MiddleTime
);

/// <summary>Where paths go in a step: from rows to <paramref name="next"/>, given the control there.</summary>
internal delegate void PathStep(int step, double[] rows, double[] controls, double[] next);

/// <summary>Where paths stand before a step, and what was seen of them so far.</summary>
internal sealed record PathState(
    int Step,
    double[] Rows,
    double[] Costs,
    double[] Trapezoid,
    double[] Coarse,
    double[] Middle,
    double[] MiddleControls
);

/// <summary>Who follows paths: hears of each step, may end it, and keeps where they stand.</summary>
/// <param name="Name">The part of the journal.</param>
/// <param name="Journal">The journal.</param>
/// <param name="Progress">Receives the steps taken.</param>
/// <param name="Cancel">Ends it.</param>
internal sealed record PathFollower(string Name, Journal Journal, Action<int> Progress, CancellationToken Cancel);

/// <summary>Paths from 0 on a grid of times, with the control along them (theory.md section 4). Cost: N K evaluations of the control.</summary>
internal static class ControlledPaths
{
    /// <summary>Euler-Maruyama chains dW = u dt + dB.</summary>
    public static PathSample Euler(IControl control, TimeGrid grid, PathNoise noise, int count, PathFollower follower)
    {
        var normals = new double[count * control.Dimension];
        return Along(control, grid, count, Step, follower);

        void Step(int step, double[] rows, double[] controls, double[] next)
        {
            noise.Fill(step, normals);
            var (length, scale) = (grid.Length(step), Math.Sqrt(grid.Length(step)));
            for (var k = 0; k < next.Length; k++)
                next[k] = rows[k] + length * controls[k] + scale * normals[k];
        }
    }

    /// <summary>Brownian bridges from 0 to given ends: paths of the optimal control if these are drawn from mu*.</summary>
    public static PathSample Bridges(IControl control, BrownianBridges bridges, PathFollower follower) =>
        Along(
            control,
            bridges.Grid,
            bridges.Ends.Length / control.Dimension,
            (step, rows, _, next) => bridges.Next(step, rows, next),
            follower
        );

    private static PathSample Along(IControl control, TimeGrid grid, int count, PathStep step, PathFollower follower) =>
        follower.Journal.Of(follower.Name, () => Followed(control, grid, count, step, follower));

    private static PathSample Followed(IControl control, TimeGrid grid, int count, PathStep step, PathFollower follower)
    {
        var length = count * control.Dimension;
        var (next, controls, logs) = (new double[length], new double[length], new double[count]);
        var middle = grid.Steps / 2;
        var begun = follower.Journal.Noted<PathState>(follower.Name);
        var (rows, costs, trapezoid, coarse) = begun is null
            ? (new double[length], new double[count], new double[count], new double[count])
            : (begun.Rows, begun.Costs, begun.Trapezoid, begun.Coarse);
        var (middleRows, middleControls) = (begun?.Middle ?? rows, begun?.MiddleControls ?? controls);
        for (var k = begun?.Step ?? 0; ; k++)
        {
            follower.Cancel.ThrowIfCancellationRequested();
            if (k < grid.Steps || control.HasEnd)
                control.At(grid[k], rows, controls, logs);
            AddSquares(controls, k == 0 ? 0 : grid.Length(k - 1) / 4, trapezoid);
            if (k % 2 == 0 || k == grid.Steps)
                AddSquares(controls, (grid[Math.Min(k + 2, grid.Steps)] - grid[(k - 1) / 2 * 2]) / 4, coarse);
            if (k == middle)
                (middleRows, middleControls) = ((double[])rows.Clone(), (double[])controls.Clone());
            if (k == grid.Steps)
                return new PathSample(rows, costs, trapezoid, coarse, middleRows, middleControls, controls, grid[middle]);
            AddSquares(controls, grid.Length(k) / 4, trapezoid);
            AddSquares(controls, grid.Length(k) / 2, costs);
            step(k, rows, controls, next);
            (rows, next) = (next, rows);
            // A control without a value at the end stays as it is there: the last step is taken again.
            if (k + 1 < grid.Steps)
                follower.Journal.Note(follower.Name, () => State(k + 1));
            follower.Progress(k + 1);
        }

        PathState State(int next) => new(next, [.. rows], [.. costs], [.. trapezoid], [.. coarse], middleRows, middleControls);
    }

    /// <summary>Adds a multiple of |u|^2 of each path (rows) to its sum.</summary>
    internal static void AddSquares(double[] controls, double factor, double[] sums)
    {
        var dimension = controls.Length / sums.Length;
        for (var k = 0; k < sums.Length; k++)
            sums[k] += factor * TensorPrimitives.SumOfSquares<double>(controls.AsSpan(k * dimension, dimension));
    }
}

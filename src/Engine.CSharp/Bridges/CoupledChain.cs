using System.Numerics.Tensors;

namespace MeanField.Engine.Bridges;

/// <summary>Euler chains beside exact paths of the same Brownian motion: what the steps change.</summary>
/// <param name="Costs">The cost of each chain less that of its path, N numbers.</param>
/// <param name="Ends">The ends of the chains, N x d.</param>
/// <param name="PathEnds">Those of the paths.</param>
internal sealed record CoupledChain(double[] Costs, double[] Ends, double[] PathEnds)
{
    /// <summary>
    /// Paths are bridges to ends drawn from mu*; the increments of their Brownian motion are what the control's integral by the trapezoid rule leaves of
    /// them. Cost: 2 N K evaluations of the control.
    /// </summary>
    public static CoupledChain Of(IControl control, BrownianBridges bridges, CancellationToken cancel)
    {
        var (grid, length) = (bridges.Grid, bridges.Ends.Length);
        var (path, chain) = (Walk.From(control, length), Walk.From(control, length));
        var (next, controls) = (new double[length], new double[length]);
        var costs = new double[length / control.Dimension];
        for (var k = 0; k < grid.Steps; k++)
        {
            cancel.ThrowIfCancellationRequested();
            var step = grid.Length(k);
            bridges.Next(k, path.Rows, next);
            path.Controls.CopyTo(controls, 0);
            var isEnd = k == grid.Steps - 1 && !control.HasEnd;
            if (!isEnd)
                control.At(grid[k + 1], next, controls, path.Logs);
            ControlledPaths.AddSquares(chain.Controls, step / 2, costs);
            ControlledPaths.AddSquares(path.Controls, -step / 4, costs);
            ControlledPaths.AddSquares(controls, -step / 4, costs);
            for (var i = 0; i < length; i++)
                chain.Rows[i] += step * chain.Controls[i] + next[i] - path.Rows[i] - step * (path.Controls[i] + controls[i]) / 2;
            next.CopyTo(path.Rows, 0);
            controls.CopyTo(path.Controls, 0);
            if (k < grid.Steps - 1)
                control.At(grid[k + 1], chain.Rows, chain.Controls, chain.Logs);
        }
        return new CoupledChain(costs, chain.Rows, path.Rows);
    }

    private sealed record Walk(double[] Rows, double[] Controls, double[] Logs)
    {
        /// <summary>All at 0, with the control there.</summary>
        public static Walk From(IControl control, int length)
        {
            var walk = new Walk(new double[length], new double[length], new double[length / control.Dimension]);
            control.At(0, walk.Rows, walk.Controls, walk.Logs);
            return walk;
        }
    }
}

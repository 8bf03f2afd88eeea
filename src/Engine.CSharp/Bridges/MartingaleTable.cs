using MeanField.Engine.Collectives;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Noise;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Bridges;

/// <summary>
/// Two martingales of the optimal control along exact paths of it, over time, for plots: u*(W_t, t), and V(W_t, t) + 1/2 INT_0^t |u*|^2 (theory.md
/// section 4; the second by Ito's formula and the equation of V).
/// </summary>
public static class MartingaleTable
{
    /// <summary>Points of the control at a time.</summary>
    private const int Batch = 4096;

    /// <summary>
    /// A row for each time: t, the mean of u* less its value at the start for each component (u.NAME), the means of V, of the cost so far by trapezoids, and of
    /// their sum, and the standard errors of all of them (e.u.NAME, e.V, ...). Times grow denser towards tau, which is left out where u* has no value there.
    /// </summary>
    /// <param name="optimum">The minimiser.</param>
    /// <param name="ends">Draws of mu*, N x d: a Brownian bridge from 0 to each is an exact path.</param>
    /// <param name="steps">K; cost: N K evaluations of the control.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="cancel">Looked at before each step.</param>
    public static NumberTable Of(Optimum optimum, double[] ends, int steps, int threads, CancellationToken cancel)
    {
        using var team = new Team(threads);
        using var control = OptimalControl.Of(
            optimum.Problem,
            optimum.Solution,
            Math.Min(Batch, ends.Length),
            OptimalControl.ForPaths,
            team
        );
        var (problem, components) = (optimum.Problem.Problem, ControlTable.Components(optimum.Problem.Problem));
        var (d, count) = (control.Dimension, ends.Length / control.Dimension);
        var grid = TimeGrid.Refined(problem.Energy.Tau.Value, steps);
        var noise = new PathNoise(count, d, unchecked((ulong)problem.Run.Seed), NoiseStream.Bridge, optimum.Problem.Law.Target);
        var bridges = new BrownianBridges(grid, noise, ends);
        var (rows, next) = (new double[ends.Length], new double[ends.Length]);
        var (controls, logs, costs) = (new double[ends.Length], new double[count], new double[count]);
        var (table, start) = (new List<double?[]>(), Array.Empty<double>());
        for (var k = 0; k < grid.Steps || (k == grid.Steps && control.HasEnd); k++)
        {
            cancel.ThrowIfCancellationRequested();
            control.At(grid[k], rows, controls, logs);
            if (k == 0)
                start = controls[..d];
            else
                ControlledPaths.AddSquares(controls, grid.Length(k - 1) / 4, costs);
            table.Add(Row(grid[k], controls, start, logs, costs));
            if (k == grid.Steps)
                break;
            ControlledPaths.AddSquares(controls, grid.Length(k) / 4, costs);
            bridges.Next(k, rows, next);
            (rows, next) = (next, rows);
        }
        string[] names = [.. components.Select(name => $"u.{name}"), "V", "cost", "sum"];
        return new NumberTable(["t", .. names, .. names.Select(name => $"e.{name}")], table);
    }

    private static double?[] Row(double time, double[] controls, double[] start, double[] logs, double[] costs)
    {
        var (d, count) = (start.Length, logs.Length);
        double[] values = [.. logs.Select(log => -log)];
        SampleMean[] means =
        [
            .. Enumerable.Range(0, d).Select(i => SampleMean.Of(Enumerable.Range(0, count).Select(k => controls[k * d + i] - start[i]))),
            SampleMean.Of(values),
            SampleMean.Of(costs),
            SampleMean.Of(values.Zip(costs, (value, cost) => value + cost)),
        ];
        return [time, .. means.Select(mean => (double?)mean.Value), .. means.Select(mean => (double?)mean.Error)];
    }
}

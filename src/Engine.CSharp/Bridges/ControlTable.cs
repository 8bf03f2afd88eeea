using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Bridges;

/// <summary>Value function, density and control over a grid, for plots.</summary>
public static class ControlTable
{
    /// <summary>
    /// A row for each time and point: t, the components of w, V = -log h, the density of W_t (nothing at t = 0), the components of u* (nothing at tau
    /// where u* has no value there), and what two forms of u* differ by at that time. Columns are named by the blocks.
    /// </summary>
    /// <param name="problem">The problem.</param>
    /// <param name="solution">Its minimiser.</param>
    /// <param name="points">M x d, row-major.</param>
    /// <param name="times">From 0 to tau.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="cancel">Looked at before each time.</param>
    public static NumberTable Of(
        MinimiserProblem problem,
        Solution solution,
        double[] points,
        double[] times,
        int threads,
        CancellationToken cancel
    )
    {
        using var team = new Team(threads);
        using var control = OptimalControl.Of(problem, solution, Math.Min(points.Length, 1024), OptimalControl.Exact, team);
        var tau = problem.Problem.Energy.Tau.Value;
        var (d, origin) = (control.Dimension, control.LogPartitionAtOrigin().Value);
        var (controls, logs) = (new double[points.Length], new double[points.Length / d]);
        var rows = new List<double?[]>();
        foreach (var time in times)
        {
            cancel.ThrowIfCancellationRequested();
            control.At(time, points, controls, logs);
            var error = control.Chosen.Last(found => found.From <= time).Error;
            for (var k = 0; k < logs.Length; k++)
                rows.Add(Row(time, k, error));
        }
        return new NumberTable(Columns(problem), rows);

        double?[] Row(double time, int k, double error)
        {
            var w = points.AsSpan(k * d, d);
            double? density = time == 0 ? null : Math.Exp(logs[k] - origin + IntegrationPoints.LogPrior(w, time));
            var hasControl = time < tau || control.HasEnd;
            return
            [
                time,
                .. w.ToArray().Select(number => (double?)number),
                -logs[k],
                density,
                .. controls[(k * d)..((k + 1) * d)].Select(number => hasControl ? (double?)number : null),
                error,
            ];
        }
    }

    /// <summary>The components of a neuron by name: a, b1, b2.</summary>
    public static string[] Components(Problem problem) =>
        [
            .. problem.Neuron.Parameters.SelectMany(block =>
                block.Width == 1 ? [block.Name] : Enumerable.Range(1, block.Width).Select(i => $"{block.Name}{i}")
            ),
        ];

    private static IReadOnlyList<string> Columns(MinimiserProblem problem)
    {
        var components = Components(problem.Problem);
        return ["t", .. components, "V", "density", .. components.Select(name => $"u.{name}"), "error"];
    }
}

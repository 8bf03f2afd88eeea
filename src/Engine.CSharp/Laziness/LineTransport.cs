using MathNet.Numerics.Distributions;
using MeanField.Engine.Collectives;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Laziness;

/// <summary>
/// W2 between mu* and gamma on the line: the optimal map is that of quantiles. Distribution functions are integrated panel by panel with the
/// interpolating polynomials at Gauss-Legendre points, from both ends, so that no tail is lost in 1 - F.
/// </summary>
internal static class LineTransport
{
    private const int Order = 12;
    private const int Panels = 400;

    /// <summary>Where the density is smaller by this factor than at its top nothing is transported.</summary>
    private const double Negligible = 1e-40;

    /// <summary>The distance, and what twice as many panels change in it.</summary>
    public static (double Distance, double Error) Of(MinimiserProblem problem, Solution solution, Team team)
    {
        // A neuron that is one affine block is normal of gamma's variance.
        if (problem.Programs.Variances[0] > 0)
            return (Math.Abs(solution.Law.Mean[0]), 0);
        var (low, high) = Range(problem, solution, team);
        var (coarse, fine) = (With(problem, solution, low, high, Panels, team), With(problem, solution, low, high, 2 * Panels, team));
        return (fine, Math.Abs(fine - coarse));
    }

    private static (double Low, double High) Range(MinimiserProblem problem, Solution solution, Team team)
    {
        using var points = solution.Rule!.Points();
        using var law = new TiltedLaw(problem, points, team);
        law.At(solution.Alpha, false);
        var rows = points.Layout.Rows(points.State, Elementary.NumberFormat.Double);
        var least = law.LogDensities.Max() + Math.Log(Negligible);
        var kept = rows.Where((_, k) => law.LogDensities[k] > least).ToArray();
        return (kept.Min(), kept.Max());
    }

    private static double With(MinimiserProblem problem, Solution solution, double low, double high, int panels, Team team)
    {
        var rule = GaussLegendre.OfOrder(Order);
        var half = (high - low) / (2 * panels);
        var points = Enumerable.Range(0, panels * Order).Select(k => low + half * (2 * (k / Order) + 1 + rule.Nodes[k % Order])).ToArray();
        var density = Densities(problem, solution, points, team);
        double[] masses = [.. density.Select((value, k) => 2 * half * rule.Weights[k % Order] * value)];
        var below = Cumulative(density, half, rule.Nodes);
        // The rule is symmetric: from the right it is the same with everything turned round.
        double[] above = [.. Cumulative([.. density.Reverse()], half, rule.Nodes).Reverse()];
        var total = masses.Sum();
        var sum = 0.0;
        for (var k = 0; k < points.Length; k++)
        {
            var quantile = below[k] < above[k] ? Normal.InvCDF(0, 1, below[k] / total) : -Normal.InvCDF(0, 1, above[k] / total);
            var image = Math.Sqrt(problem.Problem.Energy.Tau.Value) * quantile;
            sum += masses[k] / total * (points[k] - image) * (points[k] - image);
        }
        return Math.Sqrt(sum);
    }

    private static double[] Densities(MinimiserProblem problem, Solution solution, double[] points, Team team)
    {
        var (tau, logs) = (problem.Problem.Energy.Tau.Value, new double[points.Length]);
        using var exponent = new ExponentProgram(problem, points.Length, team, solution.Alpha);
        exponent.At(points, logs);
        for (var k = 0; k < logs.Length; k++)
            logs[k] += IntegrationPoints.LogPrior(points[k], tau);
        var top = logs.Max();
        return [.. logs.Select(log => Math.Exp(log - top))];
    }

    /// <summary>The integral from the left end to each point.</summary>
    private static double[] Cumulative(double[] density, double half, double[] nodes)
    {
        var (within, cumulative, before) = (IntegralsUpTo(nodes), new double[density.Length], 0.0);
        for (var first = 0; first < density.Length; first += Order)
        {
            for (var i = 0; i <= Order; i++)
            {
                var integral = before;
                for (var j = 0; j < Order; j++)
                    integral += half * within[i, j] * density[first + j];
                if (i < Order)
                    cumulative[first + i] = Math.Max(integral, double.Epsilon);
                else
                    before = integral;
            }
        }
        return cumulative;
    }

    /// <summary>INT_(-1)^(x_i) of the Lagrange polynomial of point j; the last row over all of [-1, 1].</summary>
    private static double[,] IntegralsUpTo(double[] nodes)
    {
        var (integrals, rule) = (new double[Order + 1, Order], GaussLegendre.OfOrder(Order));
        for (var i = 0; i <= Order; i++)
        {
            var scale = ((i < Order ? nodes[i] : 1) + 1) / 2;
            for (var j = 0; j < Order; j++)
            for (var q = 0; q < Order; q++)
                integrals[i, j] += 2 * scale * rule.Weights[q] * Lagrange(nodes, j, scale * (rule.Nodes[q] + 1) - 1);
        }
        return integrals;
    }

    private static double Lagrange(double[] nodes, int j, double x)
    {
        var value = 1.0;
        for (var k = 0; k < nodes.Length; k++)
            if (k != j)
                value *= (x - nodes[k]) / (nodes[j] - nodes[k]);
        return value;
    }
}

using MeanField.Engine.Bridges;
using MeanField.Engine.Collectives;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Laziness;

/// <summary>
/// The Donsker-Varadhan bound of ||fhat* - fhat_g|| (theory.md section 7): inf over lambda of (E + log E exp(lambda &lt;h, sigma - fhat_g&gt;))/lambda
/// over the particles of the greedy net, h the direction from its output to that of mu*.
/// </summary>
internal static class ExponentialMoments
{
    /// <summary>An exponential moment rests on at least this share of the particles, else it is not seen.</summary>
    private const double LeastEffective = 0.02;

    private const int Grid = 80;

    /// <summary>The bound with its error over replicas; absent where the moment rests on a few particles at every lambda that matters.</summary>
    /// <param name="problem">The problem, of the default objective.</param>
    /// <param name="solution">Its minimiser.</param>
    /// <param name="net">The greedy net.</param>
    /// <param name="entropy">E.</param>
    /// <param name="team">Threads.</param>
    public static Estimate Of(MinimiserProblem problem, Solution solution, NetRun net, double entropy, Team team)
    {
        double[] away = [.. solution.Moment.Zip(NodeFunctions.Mean(net.Outputs), (to, from) => to - from)];
        var norm = problem.Norm(away);
        if (norm == 0)
            return Estimate.Exact(0);
        var exponents = Along(problem, [.. away.Select(value => value / norm)], net.Ends, team);
        var all = exponents.SelectMany(one => one).ToArray();
        var scale = 1 / Math.Sqrt(all.Average(value => value * value));
        var best = (Bound: double.PositiveInfinity, Lambda: 0.0);
        for (var k = 0; k < Grid; k++)
        {
            var lambda = scale * Math.Pow(10, -3 + 5.0 * k / Grid);
            if (LogSums.EffectiveShare(all, lambda) < LeastEffective)
                break;
            var bound = (entropy + LogSums.Mean(all, lambda)) / lambda;
            best = bound < best.Bound ? (bound, lambda) : best;
        }
        return double.IsFinite(best.Bound)
            ? new Estimate(
                Quantity.Of(best.Bound),
                ReplicaStatistics.Of([.. exponents.Select(one => (entropy + LogSums.Mean(one, best.Lambda)) / best.Lambda)])
                    is { StandardError: { } error }
                    ? Quantity.Of(error)
                    : Quantity.Absent(ReplicaStatistics.OneReplica),
                Quantity.Absent("replicas have a standard error")
            )
            : Estimate.Absent("no exponential moment is seen on the particles");
    }

    /// <summary>&lt;h, sigma(.; w_i) - fhat_g&gt; of each particle, replica by replica: H at alpha = h/beta.</summary>
    private static double[][] Along(MinimiserProblem problem, double[] direction, double[][] ends, Team team)
    {
        var kernels = FoellmerKernels.Of(problem);
        double[] alpha = [.. direction.Select(value => value / problem.Programs.InverseTemperature)];
        using var terminal = new TerminalValue(problem, kernels, alpha, ends[0].Length / kernels.Dimension, team);
        var gradients = new double[terminal.Count * terminal.GradientWidth];
        var all = ends.Select(rows =>
            {
                var exponents = new double[terminal.Count];
                terminal.At(problem.Problem.Energy.Tau.Value, rows, exponents, gradients);
                return exponents;
            })
            .ToArray();
        var mean = all.Average(one => one.Average());
        return [.. all.Select(one => Array.ConvertAll(one, value => value - mean))];
    }
}

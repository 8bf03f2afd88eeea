using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.InputLaws;

namespace MeanField.Engine.Minimisers;

/// <summary>What the optimal net answers.</summary>
/// <param name="Outputs">fhat* at each input.</param>
/// <param name="StandardErrors">The standard error of each; null where expectations are not sampled.</param>
public sealed record OptimalOutputs(double[] Outputs, double[]? StandardErrors);

/// <summary>
/// The net fhat* of a solution at any inputs, by the solution's own rule: they join the nodes with weight 0, which leaves the law as it is. Its error
/// is that of the solution: of the rule, and 16 replicates' spread where expectations are sampled.
/// </summary>
public sealed class OptimalNet
{
    /// <summary>So many inputs join the nodes at a time: the sums over points grow with the square of the nodes.</summary>
    private const int Batch = 256;

    private const int Replicates = 16;

    /// <summary>Draws that no solution has used.</summary>
    private const uint FirstDraw = 1 << 20;

    private readonly MinimiserProblem problem;
    private readonly Solution solution;
    private readonly Team team;

    private OptimalNet(MinimiserProblem problem, Solution solution, Team team) =>
        (this.problem, this.solution, this.team) = (problem, solution, team);

    /// <summary>fhat* at inputs (row-major, p numbers each, in the units of the nodes). O(M (n + inputs)), M the points of the solution.</summary>
    /// <exception cref="FaultException">The problem's moment is not the output of a net.</exception>
    public static OptimalOutputs At(MinimiserProblem problem, Solution solution, double[] inputs, int threads, CancellationToken cancel)
    {
        Require(problem, Location.OfKey("--grid"), "leave --grid out");
        var width = problem.Table![NodeTable.Inputs].Width;
        using var team = new Team(threads);
        var net = new OptimalNet(problem, solution, team);
        return Joined([.. inputs.Chunk(Batch * width).Select(part => net.At(problem.WithInputs(part), cancel))]);
    }

    /// <summary>Refuses a problem without a net, for which there is nothing to evaluate.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="place">What asks for the net.</param>
    /// <param name="remedy">What a user may do instead.</param>
    /// <exception cref="FaultException">The problem's moment is not the output of a net.</exception>
    public static void Require(MinimiserProblem problem, Location place, string remedy)
    {
        if (!problem.HasNet)
            throw new FaultException(
                FaultModule.invalid(
                    place,
                    "a problem without a net",
                    "a problem with a neuron and a target, whose objective is a loss of fhat",
                    "",
                    remedy
                )
            );
    }

    private OptimalOutputs At(MinimiserProblem extended, CancellationToken cancel)
    {
        double[] alpha = [.. solution.Alpha, .. new double[extended.Nodes - problem.Nodes]];
        if (solution.Rule is { } rule)
        {
            using var points = rule.Points();
            return new OptimalOutputs(Sums(extended, points, alpha, cancel).Moment[problem.Nodes..], null);
        }
        var draws = Enumerable.Range(0, Replicates).Select(draw => Drawn(extended, alpha, FirstDraw + (uint)draw, cancel)).ToArray();
        var (values, errors) = Jackknife.Of(
            Replicates,
            left => TiltedSums.Pooled([.. draws.Where((_, k) => k != left)]).Moment[problem.Nodes..]
        );
        return new OptimalOutputs(values, errors);
    }

    private TiltedSums Drawn(MinimiserProblem extended, double[] alpha, uint draw, CancellationToken cancel)
    {
        var count = (int)(solution.Points / Replicates);
        using var points = solution.Sampler!.Points(solution.Alpha, count, draw, team, cancel);
        return Sums(extended, points, alpha, cancel);
    }

    private TiltedSums Sums(MinimiserProblem extended, IntegrationPoints points, double[] alpha, CancellationToken cancel)
    {
        using var law = new TiltedLaw(extended, points, team, cancel);
        return law.At(alpha, false);
    }

    private static OptimalOutputs Joined(IReadOnlyList<OptimalOutputs> parts) =>
        new(
            [.. parts.SelectMany(part => part.Outputs)],
            parts.Any(part => part.StandardErrors is null) ? null : [.. parts.SelectMany(part => part.StandardErrors!)]
        );
}

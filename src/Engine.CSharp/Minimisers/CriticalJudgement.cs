using MeanField.Core;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Minimisers;

/// <summary>A status and the certificate behind it.</summary>
internal sealed record CriticalVerdict(string Status, Certificate Certificate);

/// <summary>What a critical law proves: without convexity nothing of F*, but that F* is no larger than its free energy.</summary>
internal sealed class CriticalJudgement(MinimiserProblem problem, double tolerance, StartingPoints starts)
{
    private readonly bool isConvex = problem.Critical!.Programs.Convexity != ConvexityKind.NotShown;

    /// <summary>The judgement of a state, the error of its rule, what is wrong with its law's mass, and why no finer rule was taken.</summary>
    public CriticalVerdict Of(CriticalState state, double error, string? mass, string? finer)
    {
        var allowed = tolerance * Math.Max(1, Math.Abs(state.FreeEnergy));
        var isReached = state.IsFinite && state.Gap <= allowed;
        var obstacle = mass ?? Obstacle(state, error, allowed, finer);
        return new CriticalVerdict(
            !isReached ? "not converged"
                : isConvex ? "minimiser"
                : "critical point",
            new Certificate
            {
                FreeEnergy = Value(state.FreeEnergy),
                Dual = isConvex ? Value(state.Dual) : Estimate.Absent("T is not shown convex: there is no lower bound"),
                Gap = Value(state.Gap),
                QuadratureError = Value(error),
                NodeError = Estimate.Absent("not measured"),
                Interval =
                    state.IsFinite && isConvex && double.IsFinite(error)
                        ? new Interval(state.Dual - error, state.FreeEnergy + error, 1)
                        : null,
                IsCertified = obstacle is null,
                Obstacle = obstacle,
            }
        );
    }

    private string? Obstacle(CriticalState state, double error, double allowed, string? finer) =>
        !state.IsFinite ? "the free energy is not finite"
        : !(state.Gap <= allowed) ? $"D(p || G(p))/beta is {state.Gap:G3}, above {allowed:G3}"
        : !(state.Gap + error <= allowed)
            ? $"a second rule disagrees by {error:G3}, above {allowed:G3}{(finer is null ? "" : $", and {finer}")}"
        : !isConvex
            ? $"T is not shown convex: a critical point has no certificate ({starts.Count} starts led to {starts.Distinct} critical points, the lowest is kept)"
        : null;

    private static Estimate Value(double value) => double.IsFinite(value) ? Estimate.Exact(value) : Estimate.Absent("not finite");
}

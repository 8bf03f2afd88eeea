using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// The dual by product rules: Newton's method on a coarse rule first, whose range and steps are then fitted to the law until another rule of the
/// same steps agrees, and a certificate by a third.
/// </summary>
internal sealed class Quadrature(MinimiserProblem problem, DualLoss loss, Team team, SolveOptions options, Action<string> report)
{
    /// <summary>The most axes of a product rule.</summary>
    public const int MaximalDimension = 3;

    private const double DefaultTolerance = 1e-8;

    /// <summary>Points times nodes: some ten seconds an evaluation on one core.</summary>
    private const double MaximalPairs = 4e9;

    private const int MaximalPoints = 1 << 26;
    private const int MaximalRounds = 60;

    /// <summary>A density by so much, in logarithms, above the largest at a rule's points shows a mode between them.</summary>
    private const double Unseen = 1;

    private readonly double tau = problem.Problem.Energy.Tau.Value;
    private readonly double tolerance = options.Tolerance ?? DefaultTolerance;

    /// <summary>The minimiser with its certificate.</summary>
    public Solution Solve(CancellationToken cancel)
    {
        var (rule, state, change) = Refine(cancel);
        return Judged(rule, state, change);
    }

    /// <summary>The minimiser on a rule as it is, judged by another.</summary>
    internal Solution Solved(IIntegrationRule rule, CancellationToken cancel) => Judged(rule, Maximised(rule, null, null, cancel).State, 0);

    private Solution Judged(IIntegrationRule rule, DualState state, double change)
    {
        report($"certificate: {rule.Count} points against another rule");
        var second = At(rule.Second, state.Alpha);
        using var points = rule.Points();
        using var law = new TiltedLaw(problem, points, team);
        return Assemble(rule, state, law.LawAt(state.Alpha), Math.Max(change, Difference(state, second)));
    }

    private (IIntegrationRule Rule, DualState State, double Change) Refine(CancellationToken cancel)
    {
        var (rule, alpha, scout) = (First(), options.Start, new Scout(problem));
        for (var round = 0; ; round++)
        {
            report($"quadrature by {rule.Description} points");
            var (state, extents, found) = Maximised(rule, alpha, scout, cancel);
            alpha = state.Alpha;
            if (extents is null)
                return (rule, state, double.PositiveInfinity);
            // Steps are judged once all weight is within the range; without that there is no error to speak of.
            var changes = extents.Any(axis => axis.Touches) ? null : Changes(rule, state);
            var next = rule.Fitted(extents, changes ?? new double[extents.Count], Allowed(state));
            if (next == rule && found is { Range: { } range })
                (next, changes) = (rule.Holding(range), null);
            else if (next == rule && found is { Excess: > Unseen })
                (next, changes) = (rule.Fitted(extents, [.. extents.Select(_ => double.PositiveInfinity)], 0), null);
            var isEnd = next == rule || round == MaximalRounds || next.Count > MaximalPoints || next.Count * problem.Nodes > MaximalPairs;
            // A mode that is known and not held leaves no error to speak of, either.
            if (isEnd)
                return (rule, state, changes?.Max() ?? double.PositiveInfinity);
            rule = next;
        }
    }

    /// <summary>Kinks are met by panels, smooth neurons by trapezoids.</summary>
    private IIntegrationRule First()
    {
        var planes = KinkPlanes.Of(problem);
        return planes.Count > 0 ? PanelRule.Around(problem.Dimension, tau, planes) : ProductRule.Around(problem.Dimension, tau);
    }

    /// <summary>The error of one axis that is small enough: rules converge so fast that one more halving costs little.</summary>
    private double Allowed(DualState state) => Math.Max(1e-13, tolerance / 100) * Math.Max(1, Math.Abs(state.Dual));

    private (DualState State, IReadOnlyList<AxisExtent>? Extents, Discovery? Found) Maximised(
        IIntegrationRule rule,
        double[]? alpha,
        Scout? scout,
        CancellationToken cancel
    )
    {
        using var points = rule.Points();
        using var law = new TiltedLaw(problem, points, team);
        var state = new DualNewton(problem, law, loss).Maximise(alpha, cancel);
        return state.IsFinite
            ? (state, AxisExtent.Of(points, law.LogDensities), scout?.Look(state.Alpha, points, law.LogDensities, team))
            : (state, null, null);
    }

    /// <summary>What each probe changes.</summary>
    private double[] Changes(IIntegrationRule rule, DualState state) =>
        [.. rule.Probes.Select(probe => Difference(state, At(probe, state.Alpha)))];

    private DualState At(IIntegrationRule rule, double[] alpha)
    {
        using var points = rule.Points();
        using var law = new TiltedLaw(problem, points, team);
        return new DualNewton(problem, law, loss).At(alpha, false);
    }

    private static double Difference(DualState one, DualState other) =>
        Math.Max(Math.Abs(one.Dual - other.Dual), Math.Abs(one.Primal - other.Primal));

    private Solution Assemble(IIntegrationRule rule, DualState state, NeuronLaw law, double quadratureError)
    {
        var judged = Judged(state, quadratureError);
        return new Solution
        {
            Method = "quadrature",
            Convexity = problem.Programs.Convexity,
            Status = judged.IsConverged
                ? problem.Programs.Convexity == ConvexityKind.NotShown
                    ? "critical point"
                    : "minimiser"
                : "not converged",
            Certificate = judged.Certificate,
            Risk = Given(state.Point.Risk),
            Loss = Given(state.Point.Loss),
            Divergence = Estimate.Exact(state.Sums.Divergence),
            LogZ = Estimate.Exact(state.Sums.LogZ),
            ResidualNorm = Estimate.Exact(Math.Sqrt(state.SquaredResidual(problem.Weights))),
            EffectiveSampleFraction = Estimate.Exact(state.Sums.EffectiveSampleFraction),
            Law = law,
            LawErrors = null,
            Alpha = state.Alpha,
            Moment = state.Sums.Moment,
            Points = rule.Count,
            Rule = rule,
            Seconds = 0,
        };
    }

    private (bool IsConverged, Certificate Certificate) Judged(DualState state, double quadratureError)
    {
        var allowed = tolerance * Math.Max(1, Math.Abs(state.Primal));
        var isConverged = state.IsFinite && state.Gap <= allowed;
        var obstacle =
            !isConverged ? $"the gap is {state.Gap:G3}, above {allowed:G3}"
            : double.IsInfinity(quadratureError) ? "the law reaches beyond every range that was tried, or its mass is infinite"
            : !(state.Gap + quadratureError <= allowed) ? $"a second rule disagrees by {quadratureError:G3}, above {allowed:G3}"
            : problem.Programs.Convexity == ConvexityKind.NotShown ? "T is not shown convex: a critical point has no certificate"
            : null;
        var certificate = new Certificate
        {
            FreeEnergy = Estimate.Exact(state.Primal),
            Dual = Estimate.Exact(state.Dual),
            Gap = Estimate.Exact(state.Gap),
            QuadratureError = Estimate.Exact(quadratureError),
            NodeError = Estimate.Absent("not measured"),
            Interval =
                state.IsFinite && double.IsFinite(quadratureError)
                    ? new Interval(state.Dual - quadratureError, state.Primal + quadratureError, 1)
                    : null,
            IsCertified = obstacle is null,
            Obstacle = obstacle,
        };
        return (isConverged, certificate);
    }

    private static Estimate Given(double? value) =>
        value is { } number ? Estimate.Exact(number) : Estimate.Absent("the moment of the objective is not the net's output");
}

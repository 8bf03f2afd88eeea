using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Journals;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// The dual by product rules: Newton's method on a coarse rule first, whose range and steps are then fitted to the law until another rule of the
/// same steps agrees, and a certificate by a third.
/// </summary>
internal sealed class Quadrature(MinimiserProblem problem, DualLoss loss, Team team, SolveOptions options, Action<Progress> report)
{
    /// <summary>The most axes of a product rule.</summary>
    public const int MaximalDimension = 3;

    public const double DefaultTolerance = 1e-8;

    /// <summary>Points times nodes: some ten seconds an evaluation on one core.</summary>
    private const double MaximalPairs = 4e9;

    private const int MaximalPoints = 1 << 26;

    /// <summary>A rule and a probe of twice as many points take at most this part of the memory.</summary>
    private const double MemoryPart = 0.4;

    private const int MaximalRounds = 60;

    /// <summary>A density by so much, in logarithms, above the largest at a rule's points shows a mode between them.</summary>
    public const double Unseen = 1;

    private readonly double tau = problem.Problem.Energy.Tau.Value;
    private readonly Lazy<Horizon> horizon = new(() => new Horizon(problem.Axes, problem.Problem.Energy.Tau.Value));
    private readonly Lazy<Scout> scout = new(() => new Scout(problem));
    private readonly double tolerance = options.Tolerance ?? DefaultTolerance;
    private readonly Lazy<IIntegrationRule> first = new(() => First(problem));
    private readonly Journal journal = options.Journal.Within("quadrature");
    private string? limit;

    /// <summary>What the first rule, or after a solution the one that would fit better, needs and does not get; null for nothing.</summary>
    public string? Limit => limit ??= Excess(first.Value);

    /// <summary>The minimiser with its certificate.</summary>
    /// <exception cref="FaultException">The first rule is too large already.</exception>
    public Solution Solve(CancellationToken cancel)
    {
        if (Limit is { } excess)
            throw TooLarge(excess);
        var (rule, state, change, obstacle) = Refine(cancel);
        return Judged(rule, state, change, obstacle);
    }

    /// <summary>The minimiser on a rule as it is, judged by another.</summary>
    internal Solution Solved(IIntegrationRule rule, CancellationToken cancel) => Judged(rule, Maximised(rule, null, cancel).State, 0, null);

    private Solution Judged(IIntegrationRule rule, DualState state, double change, string? obstacle)
    {
        report($"certificate: {rule.Count} points against another rule");
        var second = At(rule.Second, state.Alpha);
        using var points = rule.Points();
        using var law = new TiltedLaw(problem, points, team);
        return Assemble(rule, state, law.LawAt(state.Alpha), Math.Max(change, Difference(state, second)), obstacle);
    }

    private (IIntegrationRule Rule, DualState State, double Change, string? Obstacle) Refine(CancellationToken cancel)
    {
        var (rule, alpha) = (first.Value, options.Start);
        for (var round = 0; ; round++)
        {
            report($"quadrature by {rule.Description} points");
            var (start, current) = (alpha, rule);
            var (state, extents, seen) = journal.Of($"rule {round}", () => Maximised(current, start, cancel));
            alpha = state.Alpha;
            if (extents is null || seen is null)
                return (rule, state, double.PositiveInfinity, null);
            var touches = extents.Any(axis => axis.Touches);
            // Wider and wider rules would not end it.
            if (touches && Mass(alpha, null) is { } rising)
                return (rule, state, double.PositiveInfinity, rising);
            // Steps are judged once all weight is within the range; without that there is no error to speak of.
            var changes = touches ? null : journal.Of($"changes {round}", () => Changes(current, state));
            var next = rule.Fitted(extents, changes ?? new double[extents.Count], Allowed(state));
            if (next == rule && Missed(rule, alpha, extents, seen) is { } wider)
                (next, changes) = (wider, null);
            limit = Excess(next);
            // A mode that is known and not held leaves no error to speak of, either.
            if (next == rule || round == MaximalRounds || limit is not null)
            {
                var mass = Mass(alpha, seen);
                // No method serves a law without finite mass.
                limit = mass is null ? limit : null;
                return (rule, state, changes?.Max() ?? double.PositiveInfinity, mass);
            }
            rule = next;
        }
    }

    /// <summary>A rule for what a scout sees and this one does not; null where that is nothing. Asked of a rule that fits otherwise.</summary>
    private IIntegrationRule? Missed(IIntegrationRule rule, double[] alpha, IReadOnlyList<AxisExtent> extents, SeenRange seen) =>
        scout.Value.Look(Scout.Exponents(problem, alpha, team, scout.Value.Rows), seen) switch
        {
            { Range: { } range } => rule.Holding(range),
            { Excess: > Unseen } => rule.Fitted(extents, [.. extents.Select(_ => double.PositiveInfinity)], 0),
            _ => null,
        };

    /// <summary>What is wrong with the law's mass.</summary>
    private string? Mass(double[] alpha, SeenRange? seen) =>
        horizon.Value.Look(Scout.Exponents(problem, alpha, team, horizon.Value.Rows), seen);

    /// <summary>Kinks are met by panels, smooth neurons by trapezoids.</summary>
    private static IIntegrationRule First(MinimiserProblem problem)
    {
        var tau = problem.Problem.Energy.Tau.Value;
        var planes = KinkPlanes.Of(problem);
        return planes.Count > 0 ? PanelRule.Around(problem.Dimension, tau, planes) : ProductRule.Around(problem.Dimension, tau);
    }

    /// <summary>What is too much of a rule; null for nothing.</summary>
    private string? Excess(IIntegrationRule rule)
    {
        // Points as they are made, packed for the kernels, weights, densities; a probe has twice as many.
        var gigabytes = 3e-9 * rule.Count * sizeof(double) * (4 * problem.Axes + 4);
        return rule.Count > MaximalPoints ? $"{rule.Count} points, more than {MaximalPoints}"
            : gigabytes > MemoryPart * 1e-9 * GC.GetGCMemoryInfo().TotalAvailableMemoryBytes
                ? FormattableString.Invariant($"{rule.Count} points and {gigabytes:F1} GB, more than {MemoryPart:P0} of the memory")
            : (double)rule.Count * problem.Nodes > MaximalPairs
                ? FormattableString.Invariant($"{rule.Count} points at {problem.Nodes} nodes, more than {MaximalPairs:G1} pairs")
            : null;
    }

    private FaultException TooLarge(string excess) =>
        new(
            FaultModule.unsupported(
                problem.Problem.Places.Of("solve.method"),
                $"a product rule of {excess}",
                "a rule within memory and some seconds an evaluation",
                "",
                "take method = \"auto\" or \"smc\", fewer nodes, or fewer parameters that do not enter affinely"
            )
        );

    /// <summary>The error of one axis that is small enough: rules converge so fast that one more halving costs little.</summary>
    private double Allowed(DualState state) => Math.Max(1e-13, tolerance / 100) * Math.Max(1, Math.Abs(state.Dual));

    private Maximum Maximised(IIntegrationRule rule, double[]? alpha, CancellationToken cancel)
    {
        using var points = rule.Points();
        using var law = new TiltedLaw(problem, points, team);
        var newton = new DualNewton(problem, law, loss) { Watcher = at => report(new Progress("") { Reached = at.Reached }) };
        var state = newton.Maximise(alpha, cancel);
        // Covariances served the search alone.
        var end = state with
        {
            Sums = state.Sums with { Covariance = null },
        };
        return state.IsFinite
            ? new Maximum(end, AxisExtent.Of(points, law.LogDensities), SeenRange.Of(points, law.LogDensities, tau))
            : new Maximum(end, null, null);
    }

    /// <summary>The maximiser on a rule, and where its law has weight; null where it is none.</summary>
    private sealed record Maximum(DualState State, IReadOnlyList<AxisExtent>? Extents, SeenRange? Seen);

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

    private Solution Assemble(IIntegrationRule rule, DualState state, NeuronLaw law, double quadratureError, string? obstacle)
    {
        var judged = Judged(state, obstacle is null ? quadratureError : double.PositiveInfinity, obstacle);
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
            ResidualNorm = loss.HasCorners
                ? Estimate.Absent("the slope of the loss jumps")
                : Estimate.Exact(Math.Sqrt(state.SquaredResidual(problem.Weights))),
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

    private (bool IsConverged, Certificate Certificate) Judged(DualState state, double quadratureError, string? mass)
    {
        var allowed = tolerance * Math.Max(1, Math.Abs(state.Primal));
        var isConverged = state.IsFinite && state.Gap <= allowed;
        var obstacle =
            mass
            ?? (
                !isConverged ? $"the gap is {state.Gap:G3}, above {allowed:G3}"
                : double.IsInfinity(quadratureError)
                    ? limit is null ? "the law reaches beyond every range that was tried, or its mass is infinite"
                        : $"a rule that holds the law needs {limit}"
                : !(state.Gap + quadratureError <= allowed)
                    ? $"a second rule disagrees by {quadratureError:G3}, above {allowed:G3}{(limit is null ? "" : $", and a finer one needs {limit}")}"
                : problem.Programs.Convexity == ConvexityKind.NotShown ? "T is not shown convex: a critical point has no certificate"
                : null
            );
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

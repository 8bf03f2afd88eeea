using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Journals;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// The critical law of an objective without a dual, by product rules that are fitted to it. Where T is convex it is the minimiser, bracketed by the
/// entropy sandwich F(p) - c D(p || G(p)) &lt;= F* &lt;= F(p) (theory.md section 2). The quadrature error is what both ends change when psi under the
/// law found is evaluated at the points of another rule and the law that belongs to it is summed up there.
/// </summary>
internal sealed class CriticalQuadrature(MinimiserProblem problem, Team team, SolveOptions options, Action<Progress> report)
{
    private const double DefaultTolerance = 1e-8;

    /// <summary>Kernel evaluations at once: some seconds on one core.</summary>
    private const double MaximalPairs = 1e9;

    /// <summary>Numbers of an exponent, some thirty of which are kept: half a gigabyte.</summary>
    private const int MaximalNumbers = 1 << 21;

    private const int LargeNumbers = 1 << 18;

    private const int MaximalRounds = 60;

    /// <summary>Points of a scout: fewer where each costs a kernel evaluation with every point of the law.</summary>
    private const int ManyScouts = 1 << 15;
    private const int FewScouts = 1 << 12;

    /// <summary>Half the first range in three dimensions, in units of sqrt(tau), and its points.</summary>
    private const double CoarseRange = 7;
    private const int CoarsePoints = 20;

    private readonly CriticalKernel kernel = problem.Critical!;
    private readonly double tau = problem.Problem.Energy.Tau.Value;
    private readonly double tolerance = options.Tolerance ?? DefaultTolerance;
    private readonly Journal journal = options.Journal.Within("fixed point");

    private string? finer;

    /// <summary>The critical law of least free energy, with its certificate.</summary>
    public Solution Solve(CancellationToken cancel)
    {
        var starts = new CriticalStarts(problem, team, journal, report).From(First(), cancel);
        var (rule, state, law, change, mass) = Refine(starts.Rule, starts.Lowest, cancel);
        report($"certificate: {rule.Count} points against another rule");
        var error =
            state.IsFinite && mass is null ? Math.Max(change, Difference(state, On(rule.Second, rule, state))) : double.PositiveInfinity;
        return Assemble(rule, state, law, new CriticalJudgement(problem, tolerance, starts).Of(state, error, mass, finer));
    }

    private (IIntegrationRule Rule, CriticalState State, NeuronLaw Law, double Change, string? Mass) Refine(
        IIntegrationRule rule,
        double[] start,
        CancellationToken cancel
    )
    {
        for (var round = 0; ; round++)
        {
            report($"fixed point on {rule.Description} points");
            using var points = rule.Points();
            using var weighted = new WeightedLaw(problem, points, team);
            var from = start;
            var state = journal.Of($"rule {round}", () => new FixedPoint(weighted).From(from, FixedPoint.Coarse, cancel));
            var extents = AxisExtent.Of(points, state.LogMasses);
            // Steps are judged once all weight is within the range.
            var isHeld = state.IsFinite && !extents.Any(axis => axis.Touches);
            var changes = isHeld ? rule.Probes.Select(probe => Difference(state, On(probe, rule, state))).ToArray() : [];
            var next = state.IsFinite ? rule.Fitted(extents, isHeld ? changes : new double[extents.Count], Allowed(state)) : rule;
            if (next == rule && state.IsFinite && Missed(rule, points, state, extents) is { } wider)
                (next, changes) = (wider, []);
            if (next == rule || round == MaximalRounds || !IsAffordable(next))
            {
                finer = next == rule ? null : $"a finer one would have {next.Count} points, too many for a fixed point";
                var (coarse, enough) = (state.Exponent, IsLarge(rule) ? FixedPoint.Enough : FixedPoint.Fine);
                state = journal.Of("last rule", () => new FixedPoint(weighted).From(coarse, enough, cancel));
                var mass = state.IsFinite ? Mass(points, state) : null;
                return (rule, state, weighted.Law(state), changes.DefaultIfEmpty(double.PositiveInfinity).Max(), mass);
            }
            start = Carried(next, rule, state);
            rule = next;
        }
    }

    /// <summary>A rule for what a scout sees of G(p) and this one does not; null where that is nothing.</summary>
    private IIntegrationRule? Missed(
        IIntegrationRule rule,
        IntegrationPoints points,
        CriticalState state,
        IReadOnlyList<AxisExtent> extents
    )
    {
        var scout = new Scout(problem, kernel.HasPairs ? FewScouts : ManyScouts);
        return scout.Look(Marginal(scout.Rows, points, state), SeenRange.Of(points, state.LogMasses, tau)) switch
        {
            { Range: { } range } => rule.Holding(range),
            { Excess: > Quadrature.Unseen } => rule.Fitted(extents, [.. extents.Select(_ => double.PositiveInfinity)], 0),
            _ => null,
        };
    }

    /// <summary>What is wrong with the mass of G(p).</summary>
    private string? Mass(IntegrationPoints points, CriticalState state)
    {
        var horizon = new Horizon(kernel.Left.Count, tau);
        return horizon.Look(Marginal(horizon.Rows, points, state), SeenRange.Of(points, state.LogMasses, tau));
    }

    /// <summary>log of the density of G(p) with respect to gamma at rows of the axes, the affine components integrated out; up to a constant that the
    /// masses of p share at the fixed point.</summary>
    private double[] Marginal(double[] rows, IntegrationPoints points, CriticalState state)
    {
        var count = rows.Length / kernel.Left.Count;
        using var others = new IntegrationPoints(kernel.Left.Count, rows, new double[count]);
        var parts = Carried(others, points, state).Chunk(count).ToArray();
        return [.. parts[0].Select((value, k) => value - state.LogZ + tau / 2 * parts.Skip(1).Sum(slope => slope[k] * slope[k]))];
    }

    /// <summary>In three dimensions coarser than elsewhere: a fixed point takes many evaluations, and pairs of points are many.</summary>
    private ProductRule First()
    {
        var dimension = kernel.Left.Count;
        if (dimension < Quadrature.MaximalDimension)
            return ProductRule.Around(dimension, tau);
        var range = CoarseRange * Math.Sqrt(tau);
        return new ProductRule(tau, [.. Enumerable.Repeat(new TrapezoidAxis(-range, range, CoarsePoints, 0.5), dimension)]);
    }

    private bool IsAffordable(IIntegrationRule rule) =>
        rule.Count * (1 + kernel.Affine.Count) <= MaximalNumbers
        && (double)rule.Count * (kernel.HasPairs ? rule.Count : problem.Nodes) <= MaximalPairs;

    /// <summary>Whether an evaluation takes a tenth of a second or so.</summary>
    private bool IsLarge(IIntegrationRule rule) => rule.Count * (1 + kernel.Affine.Count) > LargeNumbers;

    private double Allowed(CriticalState state) => Math.Max(1e-13, tolerance / 100) * Math.Max(1, Math.Abs(state.FreeEnergy));

    private static double Difference(CriticalState one, CriticalState other) =>
        Math.Max(Math.Abs(one.FreeEnergy - other.FreeEnergy), Math.Abs(one.Dual - other.Dual));

    /// <summary>The state, on another rule, of the law that belongs to psi under a law on this one.</summary>
    private CriticalState On(IIntegrationRule other, IIntegrationRule rule, CriticalState state)
    {
        using var points = other.Points();
        using var weighted = new WeightedLaw(problem, points, team);
        return weighted.At(Carried(other, rule, state));
    }

    /// <summary>The exponent of G(p) at the points of another rule.</summary>
    private double[] Carried(IIntegrationRule other, IIntegrationRule rule, CriticalState state)
    {
        using var own = rule.Points();
        using var others = other.Points();
        return Carried(others, own, state);
    }

    /// <summary>The same at any points: they join the law's own with mass 0.</summary>
    private double[] Carried(IntegrationPoints others, IntegrationPoints own, CriticalState state)
    {
        using var joined = own.With(others);
        using var weighted = new WeightedLaw(problem, joined, team);
        var gibbs = weighted.At(Padded(state.Exponent, own.Count, joined.Count)).Gibbs;
        return [.. gibbs.Chunk(joined.Count).SelectMany(part => part.Skip(own.Count))];
    }

    private static double[] Padded(double[] exponent, int count, int length) =>
        [.. exponent.Chunk(count).SelectMany(part => part.Concat(new double[length - count]))];

    private Solution Assemble(IIntegrationRule rule, CriticalState state, NeuronLaw law, CriticalVerdict judged) =>
        new()
        {
            Method = "quadrature",
            Convexity = kernel.Programs.Convexity,
            Status = judged.Status,
            Certificate = judged.Certificate,
            Risk = Given(state.Risk),
            Loss = Given(state.Loss),
            Divergence = Estimate.Exact(state.Divergence),
            LogZ = Estimate.Exact(state.LogZ),
            ResidualNorm = Estimate.Absent("the objective has no dual variable"),
            EffectiveSampleFraction = Estimate.Exact(1 / (state.LogMasses.Length * state.LogMasses.Sum(mass => Math.Exp(2 * mass)))),
            Law = law,
            LawErrors = null,
            Alpha = [],
            Moment = state.Moment,
            HasDual = false,
            Points = rule.Count,
            Seconds = 0,
        };

    private static Estimate Given(double? value) =>
        value is { } number ? Estimate.Exact(number) : Estimate.Absent("the problem has no net with a target");
}

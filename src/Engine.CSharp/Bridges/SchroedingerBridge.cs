using System.Diagnostics;
using MathNet.Numerics.LinearAlgebra;
using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Journals;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Bridges;

/// <summary>
/// The Schroedinger bridge between the two laws of [bridge]: in closed form between normal laws, else by Sinkhorn's algorithm between points, which
/// are the law, nodes of a rule for it (mixtures in one or two dimensions), or draws (the rest).
/// </summary>
public static class SchroedingerBridge
{
    private const string NoDensity = "infinite: the end is points; mutualInformation is that of the plan";

    /// <summary>The bridge of a problem that has one.</summary>
    /// <param name="problem">The problem.</param>
    /// <param name="folder">Where its files are named from.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="journal">Keeps the minimisers that it needs, and where Sinkhorn's iteration stands.</param>
    /// <param name="told">Hears of progress.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="FaultException">A file that cannot be read, memory that does not suffice, a tau that the precision does not resolve.</exception>
    public static BridgeSolution Of(
        Problem problem,
        string folder,
        int threads,
        Journal journal,
        Action<Progress> told,
        CancellationToken cancel
    )
    {
        var watch = Stopwatch.StartNew();
        var (bridge, tau) = (problem.Bridge!.Value, problem.Energy.Tau.Value);
        var from = End(bridge.From, "bridge.from");
        var to = End(bridge.To, "bridge.to");
        var solution =
            from.Normal is { } start && to.Normal is { } end
                ? OfNormal(new GaussianBridge(start, end, tau))
                : OfPoints(problem, Points(from, to, 0, "from"), Points(to, from, 1, "to"), threads, journal, told, cancel);
        return solution with { Seconds = watch.Elapsed.TotalSeconds };

        BridgeEnd End(BridgeLaw law, string key)
        {
            var read = BridgeEnd.Of(
                law,
                new BridgeEnd.Reader(problem, folder, problem.Places.Of(key), threads, journal.Within(key), told, cancel)
            );
            return read.Mixture?.Parts.All(part => part.IsResolved) ?? true ? read : throw Unresolved(problem.Places.Of(key));
        }

        PointLaw Points(BridgeEnd law, BridgeEnd other, uint replica, string name)
        {
            if (law.Points is { } points)
                return points;
            if (MixtureNodes.Of(law.Mixture!, other.Scale, tau) is { } nodes)
                return nodes;
            told($"{name}: {bridge.Points} points are drawn");
            return law.Mixture!.Draws(bridge.Points, unchecked((ulong)bridge.Seed), replica);
        }
    }

    private static FaultException Unresolved(Location where) =>
        new(
            FaultModule.invalid(
                where,
                "a normal law whose covariance is almost singular, or whose numbers are out of range",
                "standard deviations in all directions within a factor of 1e7 of one another, and numbers between 1e-60 and 1e60",
                "",
                "change the units of the coordinates"
            )
        );

    private static BridgeSolution OfNormal(GaussianBridge bridge) =>
        new()
        {
            Method = "closed form",
            Status = "exact",
            Obstacle = null,
            Dimension = bridge.From.Dimension,
            Tau = bridge.Tau,
            From = new BridgeEndReport("normal law", 0, [.. bridge.From.Mean]),
            To = new BridgeEndReport("normal law", 0, [.. bridge.To.Mean]),
            EntropicCost = Estimate.Exact(bridge.EntropicCost),
            Dual = bridge.EntropicCost,
            MarginalError = 0,
            TransportCost = bridge.TransportCost,
            MutualInformation = bridge.MutualInformation,
            CrossCovariance = Rows(bridge.CrossCovariance),
            PathDivergence = Estimate.Exact(bridge.PathDivergence),
            Iterations = 0,
            NewtonSteps = 0,
            Coupling = bridge,
            Seconds = 0,
        };

    private static BridgeSolution OfPoints(
        Problem problem,
        PointLaw from,
        PointLaw to,
        int threads,
        Journal journal,
        Action<Progress> told,
        CancellationToken cancel
    )
    {
        var (tau, tolerance) = (problem.Energy.Tau.Value, problem.Bridge!.Value.Tolerance.Value);
        var (first, last) = (from.Mean(), to.Mean());
        var (start, end) = (from.Centred(first), to.Centred(last));
        var memory = TransportLimits.Check(problem, start, end, threads);
        using var team = new Team(threads);
        using var sweep = new PairSweep(start, end, tau, team, cancel);
        var solver = new Sinkhorn(start, end, team, new SinkhornOptions(tolerance, memory, told) { Journal = journal }, cancel);
        var zero = new double[from.Dimension];
        var potentials = solver.Solve(sweep, tau, (start.SecondMoment(zero) + end.SecondMoment(zero)) / 2);
        var plan = new EntropicPlan(sweep, potentials, tau, first, [.. last.Zip(first, (y, x) => y - x)]);
        return OfPlan(plan, from, to, tolerance) with { Iterations = solver.Iterations, NewtonSteps = solver.NewtonSteps };
    }

    private static BridgeSolution OfPlan(EntropicPlan plan, PointLaw from, PointLaw to, double tolerance)
    {
        var (reached, error) = (plan.Potentials.Error, SamplingError(from, to, plan));
        return new BridgeSolution
        {
            Method = "sinkhorn",
            Status = reached <= tolerance ? "converged" : "not converged",
            Obstacle =
                reached <= tolerance
                    ? null
                    : FormattableString.Invariant($"the marginal error is {reached:E1}, above the tolerance {tolerance:G3}"),
            Dimension = from.Dimension,
            Tau = plan.Tau,
            From = Report(from),
            To = Report(to),
            EntropicCost = new Estimate(Quantity.Of(plan.Primal), Quantity.Of(error), Quantity.Zero),
            Dual = plan.Dual,
            MarginalError = reached,
            TransportCost = plan.TransportCost,
            MutualInformation = plan.MutualInformation,
            CrossCovariance = Rows(plan.CrossCovariance),
            PathDivergence = plan.PathDivergence is { } divergence
                ? new Estimate(Quantity.Of(divergence), DivergenceError(error), Quantity.Zero)
                : Estimate.Absent(to.Kind == PointKind.Sampled ? "the density of the end is not known" : NoDensity),
            Iterations = 0,
            NewtonSteps = 0,
            Coupling = plan,
            Seconds = 0,
        };
    }

    /// <summary>
    /// The standard error of the cost between the laws that draws stand for, to first order sqrt(var phi/n + var psi/m) [delbarrio2023]; besides, the cost
    /// between draws is too high by O(1/n).
    /// </summary>
    private static double SamplingError(PointLaw from, PointLaw to, EntropicPlan plan)
    {
        var (start, end) = plan.CostPotentials();
        return Math.Sqrt(Variance(from, start) + Variance(to, end));
    }

    private static double Variance(PointLaw law, double[] potential)
    {
        if (law.Kind != PointKind.Sampled)
            return 0;
        var mean = law.Expectation(potential);
        return law.Expectation([.. potential.Select(value => (value - mean) * (value - mean))]) / law.Count;
    }

    private static Quantity DivergenceError(double error) =>
        error == 0 ? Quantity.Zero : Quantity.Absent("the mean of the end's log density varies with the draws, too");

    private static BridgeEndReport Report(PointLaw law) =>
        new(
            law.Kind switch
            {
                PointKind.Exact => "points",
                PointKind.Nodes => "rule",
                _ => "sample",
            },
            law.Count,
            law.Mean()
        );

    private static double[][] Rows(Matrix<double> matrix) => [.. matrix.EnumerateRows().Select(row => row.ToArray())];
}

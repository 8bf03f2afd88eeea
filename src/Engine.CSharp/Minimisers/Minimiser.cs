using System.Diagnostics;
using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Minimisers;

/// <summary>Finds the Gibbs minimiser of a problem and brackets the minimal free energy (theory.md sections 2 and 3).</summary>
public sealed class Minimiser
{
    /// <summary>The nodes of a finer rule that is solved for the error of the nodes.</summary>
    public const int MaximalRefinedNodes = 2000;

    /// <summary>The barrier of a loss of straight pieces costs at most twice its share of the gap.</summary>
    private const double BarrierPart = 10;

    private readonly MinimiserProblem problem;
    private readonly SolveOptions options;
    private readonly Action<Progress> report;
    private readonly CancellationToken cancel;
    private readonly Team team;
    private readonly DualLoss loss;

    private Minimiser(
        MinimiserProblem problem,
        SolveOptions options,
        Team team,
        DualLoss loss,
        Action<Progress> report,
        CancellationToken cancel
    ) => (this.problem, this.options, this.team, this.loss, this.report, this.cancel) = (problem, options, team, loss, report, cancel);

    /// <summary>Solves a problem. <paramref name="report"/> hears of the stages in a few words.</summary>
    /// <exception cref="FaultException">A method that cannot serve the problem.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static Solution Of(MinimiserProblem problem, SolveOptions options, Action<Progress> report, CancellationToken cancel)
    {
        var watch = Stopwatch.StartNew();
        using var team = new Team(options.Threads);
        var solution = problem.HasDual
            ? ByDual(problem, options, team, report, cancel)
            : ByFixedPoint(problem, options, team, report, cancel);
        return solution with { Seconds = watch.Elapsed.TotalSeconds };
    }

    /// <summary>
    /// The solution with what a finer rule for the input law changes in F* as its error of the nodes. Costs another solution, of at most
    /// <see cref="MaximalRefinedNodes"/> nodes.
    /// </summary>
    /// <param name="solution">The solution of the problem.</param>
    /// <param name="problem">The problem.</param>
    /// <param name="folder">Where its data files are named from.</param>
    /// <param name="options">As those of the solution.</param>
    /// <param name="report">As that of <see cref="Of"/>.</param>
    /// <param name="cancel">As that of <see cref="Of"/>.</param>
    public static Solution WithNodeError(
        Solution solution,
        MinimiserProblem problem,
        string folder,
        SolveOptions options,
        Action<Progress> report,
        CancellationToken cancel
    )
    {
        return solution with { Certificate = solution.Certificate with { NodeError = NodeError() } };

        Estimate NodeError()
        {
            if (problem.Input is null or { IsExact: true } || ProblemModule.refined(problem.Problem) is not { Value: var finer })
                return Estimate.Exact(0);
            var refined = MinimiserProblem.Of(finer, folder);
            if (refined.Nodes > MaximalRefinedNodes)
                return Estimate.Absent($"a finer rule has {refined.Nodes} nodes, more than {MaximalRefinedNodes}");
            report($"error of the nodes: {refined.Nodes} in the place of {problem.Nodes}");
            var finerOptions = options with { Start = null, Journal = options.Journal.Within("finer rule") };
            // The bounds of another minimum would be taken for this one's.
            var finerSolution = Of(refined, finerOptions, progress => report(progress with { Reached = [] }), cancel);
            if (finerSolution.Status == "not converged")
                return Estimate.Absent($"the problem with a finer rule is not solved: {finerSolution.Certificate.Obstacle}");
            var other = finerSolution.Certificate.FreeEnergy;
            var own = solution.Certificate.FreeEnergy;
            return other.Value.Value is { } theirs && own.Value.Value is { } ours
                ? new Estimate(Quantity.Of(Math.Abs(theirs - ours)), Both(own.StandardError, other.StandardError), Quantity.Zero)
                : Estimate.Absent("the finer problem has no solution");
        }
    }

    private static Quantity Both(Quantity one, Quantity other) =>
        one.Value is { } a && other.Value is { } b ? Quantity.Of(Math.Sqrt(a * a + b * b)) : Quantity.Absent("a standard error is unknown");

    private static Solution ByDual(
        MinimiserProblem problem,
        SolveOptions options,
        Team team,
        Action<Progress> report,
        CancellationToken cancel
    )
    {
        using var loss = new DualLoss(problem, (options.Tolerance ?? Quadrature.DefaultTolerance) / BarrierPart);
        return new Minimiser(problem, options, team, loss, report, cancel).By(options.Method);
    }

    private static Solution ByFixedPoint(
        MinimiserProblem problem,
        SolveOptions options,
        Team team,
        Action<Progress> report,
        CancellationToken cancel
    )
    {
        CriticalRefusals.Check(problem, options.Method);
        return new CriticalQuadrature(problem, team, options, report).Solve(cancel);
    }

    private Solution By(SolveMethod method) =>
        method switch
        {
            SolveMethod.Quadrature when problem.Dimension > Quadrature.MaximalDimension => throw TooManyAxes(),
            SolveMethod.Quadrature => new Quadrature(problem, loss, team, options, report).Solve(cancel),
            SolveMethod.Importance when problem.Dimension > DirectionNumbers.MaximalDimension => throw TooManyDimensions(),
            SolveMethod.Importance => By(Samplers.Importance(problem)),
            SolveMethod.SequentialMonteCarlo => By(Samplers.Annealing(problem)),
            SolveMethod.Langevin => By(Samplers.Langevin(problem)),
            _ => Automatic(),
        };

    /// <summary>Product rules in up to three axes; else importance sampling while the law is near the prior, else annealing.</summary>
    private Solution Automatic()
    {
        if (problem.Dimension <= Quadrature.MaximalDimension && !problem.Programs.HasCurvedKinks)
        {
            var rules = new Quadrature(problem, loss, team, options, report);
            if (rules.Limit is null && rules.Solve(cancel) is var solution && (solution.Certificate.IsCertified || rules.Limit is null))
                return solution;
            report($"product rules end: one that fits needs {rules.Limit}");
        }
        if (problem.Dimension > DirectionNumbers.MaximalDimension)
        {
            report($"annealing: importance sampling serves at most {DirectionNumbers.MaximalDimension} dimensions of {problem.Dimension}");
            return By(SolveMethod.SequentialMonteCarlo);
        }
        var near = By(Samplers.Importance(problem), whileTrusted: true);
        if (near.Certificate.Interval is not null)
            return near;
        report($"importance sampling ends: {near.Certificate.Obstacle}");
        return By(SolveMethod.SequentialMonteCarlo);
    }

    private Solution By(ISampler sampler, bool whileTrusted = false) =>
        new Sampled(problem, sampler, loss, team, options, report).Solve(whileTrusted, cancel);

    private FaultException TooManyAxes() =>
        new(
            FaultModule.invalid(
                problem.Problem.Places.Of("solve.method"),
                $"product rules for {problem.Dimension} dimensions",
                $"at most {Quadrature.MaximalDimension} after the Gaussian blocks are integrated out",
                "",
                "take method = \"importance\" or \"smc\", or \"auto\""
            )
        );

    private FaultException TooManyDimensions() =>
        new(
            FaultModule.invalid(
                problem.Problem.Places.Of("solve.method"),
                $"importance sampling in {problem.Dimension} dimensions",
                $"at most {DirectionNumbers.MaximalDimension} after the Gaussian blocks are integrated out",
                "",
                "take method = \"smc\", or \"auto\""
            )
        );
}

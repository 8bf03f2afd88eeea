using MeanField.Core;
using MeanField.Engine.Bridges;
using MeanField.Engine.Collectives;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Laziness;

/// <summary>Everything that was measured of a problem's laziness, under its names and beside the guarantees.</summary>
internal sealed class LazyMeasures
{
    private readonly MinimiserProblem problem;
    private readonly Solution solution;
    private readonly GibbsComparison gibbs;
    private readonly NetRun greedy;
    private readonly NetLaziness net;
    private readonly NetRun sgd;
    private readonly NetRun flow;
    private readonly ComparedPaths paths;
    private readonly Contraction langevin;
    private readonly double tau;
    private readonly int d;
    private readonly (double Distance, double Error)? line;
    private readonly DualPoint atPrior;
    private readonly DualPoint atMinimiser;
    private readonly double flowResidual;
    private readonly Lazy<Estimate> exponential;

    public LazyMeasures(
        MinimiserProblem problem,
        Solution solution,
        GibbsComparison gibbs,
        NetComparison nets,
        NetLaziness net,
        NetRun flow,
        ComparedPaths paths,
        Contraction langevin,
        Team team
    )
    {
        (this.problem, this.solution, this.gibbs, greedy, this.net) = (problem, solution, gibbs, nets.Greedy, net);
        (sgd, this.flow, this.paths, this.langevin) = (nets.Sgd, flow, paths, langevin);
        (tau, d) = (problem.Problem.Energy.Tau.Value, problem.Programs.Variances.Length);
        line = d == 1 && solution.Rule is not null ? LineTransport.Of(problem, solution, team) : null;
        using var loss = new DualLoss(problem);
        atPrior = loss.At(solution.Alpha, gibbs.Numbers.OutputOfPrior);
        atMinimiser = loss.At(solution.Alpha, gibbs.Numbers.Output);
        flowResidual = flow.Flow.Max(fhat => problem.Norm(loss.At(solution.Alpha, fhat).Optimal));
        exponential = new(() =>
            problem.Problem.Energy.Objective is null
                ? ExponentialMoments.Of(problem, solution, greedy, paths.Girsanov.Value.Value, team)
                : Estimate.Absent("the objective is the user's own")
        );
    }

    private double Kl => solution.Divergence.Value.Value ?? double.NaN;

    private double KlError => solution.Divergence.StandardError.Value ?? 0;

    private bool IsSquared => problem.Problem.Energy.Loss.Kind == LossKind.Squared;

    /// <summary>f at the nodes.</summary>
    private double[] Target => problem.Table![DataLaw.Target].Values;

    // ---- Facts ----

    /// <summary>What the guarantees read.</summary>
    public LazyFacts Facts() =>
        new(
            d,
            problem.Programs.InverseTemperature,
            solution.Convexity,
            Kl + 2 * KlError,
            problem.Norm(solution.Alpha) + Math.Sqrt(2 * Math.Max(0, solution.Certificate.Gap.Value.Value ?? 0)),
            solution.Certificate.FreeEnergy.Value.Value ?? double.NaN,
            atPrior.Loss ?? double.NaN,
            atMinimiser.Loss ?? double.NaN,
            IsSquared ? problem.Distance(Target, gibbs.Numbers.OutputOfPrior) : double.NaN,
            ErrorGibbs.Value.Value ?? double.NaN,
            greedy.Estimates!.ControlCost.Value.Value ?? double.NaN,
            flowResidual,
            paths.Girsanov.Value.Value,
            exponential.Value.Value.Value ?? double.NaN
        );

    // ---- Quantities ----

    private Estimate ErrorGibbs =>
        IsSquared ? gibbs.Of(numbers => problem.Distance(Target, numbers.Output)) : Estimate.Absent("the loss is not (y - yhat)^2/2");

    /// <summary>The norm of a difference from the greedy law's output, without the share of finitely many neurons.</summary>
    private Estimate FromGreedy(double[] other)
    {
        var (values, errors) = Jackknife.Of(
            flow.Outputs.Length,
            left =>
            {
                var kept = flow.Outputs.Where((_, k) => k != left).ToArray();
                return [problem.Distance(NodeFunctions.Mean(kept), other)];
            }
        );
        return new Estimate(Quantity.Of(values[0]), Quantity.Of(errors[0]), Quantity.Absent("replicas have a standard error"));
    }

    private Estimate PredictorDistance => FromGreedy(solution.Moment);

    private Estimate ErrorGreedy => IsSquared ? FromGreedy(Target) : Estimate.Absent("the loss is not (y - yhat)^2/2");

    private Estimate TalagrandIndex => Of(Math.Sqrt(2 * Kl / d), KlError / Math.Sqrt(2 * Kl * d));

    private double Scale => Math.Sqrt(tau * d);

    private Estimate Gelbrich => Of(Laziness.Gelbrich.FromPrior(solution.Law, tau) / Scale, 0);

    /// <summary>The square root of a mean.</summary>
    private Estimate Coupling
    {
        get
        {
            var (value, error) = (paths.Coupling.Value.Value, paths.Coupling.Value.Error);
            return Of(Math.Sqrt(value) / Scale, error / (2 * Math.Sqrt(value)) / Scale);
        }
    }

    private Estimate MeasuredIndex =>
        line is { } found
            ? new Estimate(Quantity.Of(found.Distance / Scale), Quantity.Zero, Quantity.Of(found.Error / Scale))
            : Estimate.Absent(
                d == 1 ? "mu* is sampled: the index is bracketed" : "in more than one dimension the index is bracketed, not computed"
            );

    private static Estimate Of(double value, double error) =>
        new(Quantity.Of(value), Quantity.Of(error), Quantity.Absent("the error is that of the estimate"));

    private static Estimate Promised(IReadOnlyList<Guarantee> guarantees, string name)
    {
        var one = guarantees.First(guarantee => guarantee.Name == name);
        return double.IsFinite(one.Bound) ? Estimate.Exact(one.Bound) : Estimate.Absent(one.Reason);
    }

    /// <summary>The quantities under their public names.</summary>
    public IReadOnlyList<KeyValuePair<string, Estimate>> Named(IReadOnlyList<Guarantee> guarantees) =>
        [
            new("klGibbs", solution.Divergence),
            new("talagrandIndex", TalagrandIndex),
            new("measuredIndex", MeasuredIndex),
            new("measuredIndexLower", line is null ? Gelbrich : MeasuredIndex),
            new("measuredIndexUpper", line is null ? Coupling : MeasuredIndex),
            new("displacement", net.Displacement),
            new("tangentKernelPrior", gibbs.NormOfPrior),
            new("tangentKernelGibbs", gibbs.Norm),
            new("tangentKernelChange", gibbs.Change),
            new("tangentKernelChangeNet", net.KernelChange),
            new("linearisationError", net.LinearisationError),
            new("firstOrderError", gibbs.FirstOrderError),
            new("independentSpread", gibbs.Spread),
            new("freeEnergy", solution.Certificate.FreeEnergy),
            new("riskGibbs", solution.Risk),
            new("riskGreedy", greedy.Estimates!.Risk),
            new("riskSgd", sgd.Estimates!.Risk),
            new("errorGibbs", ErrorGibbs),
            new("errorGreedy", ErrorGreedy),
            new("predictorDistance", PredictorDistance),
            new("controlCost", greedy.Estimates!.ControlCost),
            new("value", greedy.Estimates!.Value),
            new("excess", greedy.Estimates!.Excess),
            new("excessIdentity", greedy.Estimates!.ExcessIdentity),
            new("excessDefect", greedy.Estimates!.ExcessDefect),
            new("girsanov", Of(paths.Girsanov.Value.Value, paths.Girsanov.Value.Error)),
            new("girsanovAPriori", Promised(guarantees, "Girsanov, a priori")),
            new("boundAPosteriori", Promised(guarantees, "error of the greedy net, a posteriori")),
            new("boundAPriori", Promised(guarantees, "error of the greedy net, a priori")),
        ];

    // ---- The ledger ----

    /// <summary>A guarantee beside what it bounds.</summary>
    public LedgerRow Row(Guarantee guarantee)
    {
        var (measured, bias) = Bounded(guarantee.Name);
        return new LedgerRow(guarantee, measured, bias);
    }

    private (Estimate Measured, double Bias) Bounded(string name) =>
        name switch
        {
            "kl of the minimiser" => (
                solution.Divergence,
                problem.Programs.InverseTemperature * (solution.Certificate.QuadratureError.Value.Value ?? 0)
            ),
            "Talagrand" => line is { } found ? (Of(found.Distance, 0), found.Error) : (Times(Coupling, Scale), paths.Coupling.Bias),
            "error of the minimiser" => (ErrorGibbs, 0),
            "Brascamp-Lieb" => (Of(solution.Law.PrincipalVariances.Max(), solution.LawErrors?.Covariance.Max(row => row.Max()) ?? 0), 0),
            "independent neurons" => (gibbs.Spread, 0),
            "displacement" => (net.Displacement, 0),
            "optimality" => (greedy.Estimates!.Value, solution.Certificate.QuadratureError.Value.Value ?? 0),
            "data processing" => (greedy.Estimates!.KlLower, 0),
            "Girsanov, a priori" => (Of(paths.Girsanov.Value.Value, paths.Girsanov.Value.Error), paths.Girsanov.Bias),
            "error of the greedy net, a posteriori" or "error of the greedy net, a priori" => (ErrorGreedy, 0),
            _ when name.StartsWith("predictors", StringComparison.Ordinal) => (PredictorDistance, 0),
            "Langevin at the minimiser" => (langevin.Rate, 0),
            "Langevin tracks Foellmer" => (langevin.Distance, 0),
            _ => (Estimate.Absent("it is a rate of the law of infinitely many neurons, which no single run shows"), 0),
        };

    private static Estimate Times(Estimate estimate, double factor) =>
        Of((estimate.Value.Value ?? double.NaN) * factor, (estimate.StandardError.Value ?? double.NaN) * factor);
}

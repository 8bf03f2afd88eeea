using System.Numerics.Tensors;
using MeanField.Engine.Collectives;
using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Bridges;

/// <summary>How far an entropic transport is to be solved, and with what.</summary>
/// <param name="Tolerance">The largest L1 error of the second marginal.</param>
/// <param name="Memory">Bytes that rows of the plan may take.</param>
/// <param name="Told">Hears of progress.</param>
internal sealed record SinkhornOptions(double Tolerance, double Memory, Action<string> Told);

/// <summary>
/// The potentials of the entropic transport between two laws of points, cost |x - y|^2/2, regularisation tau: Sinkhorn's iteration in the log domain
/// [cuturi2013], along a sequence of falling tau where tau is small [schmitzer2019]; where it crawls, Newton's method on the semi-dual with
/// conjugate gradients and a line search, which converges for every tau that the precision resolves.
/// </summary>
internal sealed class Sinkhorn(PointLaw from, PointLaw to, Team team, SinkhornOptions options, CancellationToken cancel)
{
    private const double LevelRatio = 4;
    private const double LevelTolerance = 1e-2;
    private const int MostSteps = 2000;

    /// <summary>Newton's method begins when Sinkhorn's iteration would take so many more.</summary>
    private const double Patience = 60;

    /// <summary>Iterations over which its rate is measured.</summary>
    private const int Watched = 5;
    private const int WatchedAgain = 2;

    private const int MostHalvings = 12;
    private const double LongestStep = 64;

    /// <summary>Iterations of Sinkhorn in all.</summary>
    public int Iterations { get; private set; }

    /// <summary>Steps of Newton's method in all.</summary>
    public int NewtonSteps { get; private set; }

    /// <summary>The potentials at tau; <paramref name="independent"/> is E |x - y|^2/2 of independent points, where tau begins to fall.</summary>
    public Potentials Solve(PairSweep last, double tau, double independent)
    {
        var levels = Math.Max(0, (int)Math.Ceiling(Math.Log(independent / tau) / Math.Log(LevelRatio)));
        var (f, g) = (new double[from.Count], new double[to.Count]);
        for (var level = levels; level > 0; level--)
        {
            var current = tau * Math.Pow(LevelRatio, level);
            using var sweep = new PairSweep(from, to, current, team, cancel);
            var solved = At(sweep, f, g, Math.Max(LevelTolerance, options.Tolerance), current);
            (f, g) = (Scaled(solved.F), Scaled(solved.G));
        }
        return At(last, f, g, options.Tolerance, tau);

        static double[] Scaled(double[] potential) => Array.ConvertAll(potential, value => value * LevelRatio);
    }

    private Potentials At(PairSweep sweep, double[] f, double[] g, double tolerance, double tau)
    {
        var state = Potentials.Of(sweep, f, g);
        var (best, watched) = (state, Watched);
        List<double> errors = [];
        for (var step = 0; step < MostSteps && state.Error > tolerance; step++)
        {
            cancel.ThrowIfCancellationRequested();
            errors.Add(state.Error);
            if (Crawls(errors, watched, tolerance) && Newton(sweep, state) is { } moved)
            {
                // Its errors say nothing about the rate of the other iteration, which need not be watched for so long again.
                (state, watched) = (moved, WatchedAgain);
                errors.Clear();
            }
            else
                (state, Iterations) = (state.Iterated(sweep), Iterations + 1);
            if (state.Error < best.Error)
                best = state;
            options.Told(FormattableString.Invariant($"tau {tau:G3}: step {step + 1}, marginal error {state.Error:E1}"));
        }
        return best;
    }

    private static bool Crawls(List<double> errors, int watched, double tolerance)
    {
        if (errors.Count <= watched)
            return false;
        var rate = Math.Log(errors[^1] / errors[^(watched + 1)]) / watched;
        return rate >= 0 || Math.Log(tolerance / errors[^1]) / rate > Patience;
    }

    /// <summary>A step of Newton's method on the concave semi-dual, halved until it ascends; null where no step does.</summary>
    private Potentials? Newton(PairSweep sweep, Potentials state)
    {
        NewtonSteps++;
        var gradient = new double[to.Count];
        TensorPrimitives.Subtract(to.Weights, state.Marginal, gradient);
        var rows = new PlanRows(sweep, state, team, options.Memory);
        var diagonal = new double[to.Count];
        TensorPrimitives.Max<double>(state.Marginal, 1e-3 / to.Count, diagonal);
        var direction = ConjugateGradients.Solve(diagonal, rows.NegatedImage, gradient, Math.Min(0.1, Math.Sqrt(state.Error)));
        var slope = TensorPrimitives.Dot<double>(gradient, direction);
        for (var (step, halvings) = (1.0, 0); halvings < MostHalvings; step /= 2, halvings++)
        {
            var trial = state.Moved(sweep, direction, step);
            if (trial.Dual > state.Dual + 0.1 * step * slope || trial.Error < 0.5 * state.Error)
                return step < 1 ? trial : Longer(sweep, state, direction, trial, slope);
        }
        return null;
    }

    /// <summary>
    /// Doubles the step while the dual is steep: a mass that leaks between sets of points which hardly touch is exponential in the potentials, and
    /// a step of Newton's method divides it by no more than e.
    /// </summary>
    private Potentials Longer(PairSweep sweep, Potentials state, double[] direction, Potentials trial, double slope)
    {
        for (var step = 2.0; step <= LongestStep && Slope(trial, direction) > 0.25 * slope; step *= 2)
        {
            var next = state.Moved(sweep, direction, step);
            if (next.Error >= trial.Error)
                break;
            trial = next;
        }
        return trial;
    }

    private double Slope(Potentials state, double[] direction) =>
        TensorPrimitives.Dot<double>(to.Weights, direction) - TensorPrimitives.Dot<double>(state.Marginal, direction);
}

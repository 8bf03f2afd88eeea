using MeanField.Engine.Collectives;

namespace MeanField.Engine.Bridges;

/// <summary>How far an entropic transport is to be solved, and with what.</summary>
/// <param name="Tolerance">The largest L1 error of the second marginal.</param>
/// <param name="Memory">Bytes that rows of the plan may take.</param>
/// <param name="Told">Hears of progress.</param>
internal sealed record SinkhornOptions(double Tolerance, double Memory, Action<string> Told);

/// <summary>
/// The potentials of the entropic transport between two laws of points, cost |x - y|^2/2, regularisation tau: Sinkhorn's iteration in the log domain
/// [cuturi2013], along a sequence of falling tau where tau is small [schmitzer2019]; where it crawls, Newton's method on the semi-dual.
/// </summary>
internal sealed class Sinkhorn(PointLaw from, PointLaw to, Team team, SinkhornOptions options, CancellationToken cancel)
{
    private const double LevelRatio = 4;
    private const double LevelTolerance = 1e-2;
    private const int MostSteps = 2000;

    /// <summary>Steps without a smaller error: rounding has been reached, or nothing is gained.</summary>
    private const int MostInVain = 500;

    /// <summary>Newton's method takes a step where Sinkhorn's iteration would take so many more.</summary>
    private const double Patience = 60;

    /// <summary>Iterations over which its rate is measured, before the first step of Newton's method and after one.</summary>
    private const int Watched = 5;
    private const int WatchedAgain = 2;

    /// <summary>Iterations of Sinkhorn in all.</summary>
    public int Iterations { get; private set; }

    /// <summary>Steps of Newton's method in all.</summary>
    public int NewtonSteps { get; private set; }

    /// <summary>
    /// The potentials at tau, to the tolerance or the best that were found; <paramref name="independent"/> is E |x - y|^2/2 of independent points,
    /// where tau begins to fall.
    /// </summary>
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
        var newton = new SemiDualNewton(sweep, team, options.Memory);
        var state = Potentials.Of(sweep, f, g);
        var (best, bestStep, watched) = (state, 0, Watched);
        List<double> errors = [];
        for (var step = 1; state.Error > tolerance && step <= Math.Min(MostSteps, bestStep + MostInVain); step++)
        {
            cancel.ThrowIfCancellationRequested();
            errors.Add(state.Error);
            if (Crawls(errors, watched, tolerance) && newton.Step(state) is { } moved)
            {
                // The errors before it say nothing about the rate after it.
                (state, watched, NewtonSteps) = (moved, WatchedAgain, NewtonSteps + 1);
                errors.Clear();
            }
            else
                (state, Iterations) = (state.Iterated(sweep), Iterations + 1);
            (best, bestStep) = state.Error < best.Error ? (state, step) : (best, bestStep);
            options.Told(FormattableString.Invariant($"tau {tau:G3}: step {step}, marginal error {state.Error:E1}"));
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
}

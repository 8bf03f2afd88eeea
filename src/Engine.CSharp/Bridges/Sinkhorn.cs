using MeanField.Engine.Collectives;
using MeanField.Engine.Journals;

namespace MeanField.Engine.Bridges;

/// <summary>How far an entropic transport is to be solved, and with what.</summary>
/// <param name="Tolerance">The largest L1 error of the second marginal.</param>
/// <param name="Memory">Bytes that rows of the plan may take.</param>
/// <param name="Told">Hears of progress.</param>
internal sealed record SinkhornOptions(double Tolerance, double Memory, Action<Progress> Told)
{
    /// <summary>Keeps where the iteration stands.</summary>
    public Journal Journal { get; init; } = Journal.Unkept;
}

/// <summary>The whole state of the iteration between two steps.</summary>
/// <param name="Level">How many times tau is still to fall.</param>
/// <param name="Step">The next step at this tau, from 1.</param>
/// <param name="State">The potentials.</param>
/// <param name="Best">Those of the least error at this tau.</param>
/// <param name="BestStep">The step that led to them.</param>
/// <param name="Errors">Those before each step since the last one of Newton's method.</param>
/// <param name="Watched">Iterations over which the rate is measured next.</param>
/// <param name="Damping">That of Newton's method.</param>
/// <param name="Iterations">Of Sinkhorn, in all.</param>
/// <param name="NewtonSteps">In all.</param>
internal sealed record SinkhornState(
    int Level,
    int Step,
    Potentials State,
    Potentials Best,
    int BestStep,
    double[] Errors,
    int Watched,
    double Damping,
    int Iterations,
    int NewtonSteps
);

/// <summary>
/// The potentials of the entropic transport between two laws of points, cost |x - y|^2/2, regularisation tau: Sinkhorn's iteration in the log domain
/// [cuturi2013], along a sequence of falling tau where tau is small [schmitzer2019]; where it crawls, Newton's method on the semi-dual.
/// </summary>
internal sealed class Sinkhorn(PointLaw from, PointLaw to, Team team, SinkhornOptions options, CancellationToken cancel)
{
    private const string Part = "sinkhorn";
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
        var resumed = options.Journal.Noted<SinkhornState>(Part);
        for (var level = resumed?.Level ?? levels; level > 0; level--)
        {
            var current = tau * Math.Pow(LevelRatio, level);
            using var sweep = new PairSweep(from, to, current, team, cancel);
            var solved = At(sweep, level, Begun(sweep, level), Math.Max(LevelTolerance, options.Tolerance), current);
            (f, g) = (Scaled(solved.F), Scaled(solved.G));
        }
        return At(last, 0, Begun(last, 0), options.Tolerance, tau);

        SinkhornState Begun(PairSweep sweep, int level)
        {
            if (resumed?.Level == level)
                return resumed;
            var state = Potentials.Of(sweep, f, g);
            return new SinkhornState(level, 1, state, state, 0, [], Watched, SemiDualNewton.FirstDamping, Iterations, NewtonSteps);
        }

        static double[] Scaled(double[] potential) => Array.ConvertAll(potential, value => value * LevelRatio);
    }

    private Potentials At(PairSweep sweep, int level, SinkhornState begun, double tolerance, double tau)
    {
        var newton = new SemiDualNewton(sweep, team, options.Memory) { Damping = begun.Damping };
        var (state, best, bestStep, watched) = (begun.State, begun.Best, begun.BestStep, begun.Watched);
        (Iterations, NewtonSteps) = (begun.Iterations, begun.NewtonSteps);
        List<double> errors = [.. begun.Errors];
        for (var step = begun.Step; state.Error > tolerance && step <= Math.Min(MostSteps, bestStep + MostInVain); step++)
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
            options.Journal.Note(Part, () => Standing(step + 1));
            options.Told(
                new Progress(FormattableString.Invariant($"tau {tau:G3}: step {step}, marginal error {state.Error:E1}"))
                {
                    Reached = [new Reached("marginal error", state.Error)],
                }
            );
        }
        return best;

        SinkhornState Standing(int next) =>
            new(level, next, state, best, bestStep, [.. errors], watched, newton.Damping, Iterations, NewtonSteps);
    }

    private static bool Crawls(List<double> errors, int watched, double tolerance)
    {
        if (errors.Count <= watched)
            return false;
        var rate = Math.Log(errors[^1] / errors[^(watched + 1)]) / watched;
        return rate >= 0 || Math.Log(tolerance / errors[^1]) / rate > Patience;
    }
}

using MeanField.Core;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Multilevel;

/// <summary>
/// The risk of the mean-field limit to a standard error, by multilevel Monte Carlo over the step. Terms are differences on the same Brownian paths, whose variance falls by four where their cost doubles (strong order 1), and
/// get the replicas that reach the error at the least cost. The finest term counts twice: Richardson's extrapolation of the first order in the step. Replicas are
/// combined in pairs, so that no noise is squared; antithetic halves measure and take away what N instead of infinitely many particles do.
/// </summary>
/// <remarks>Sources: docs/references.bib: giles2008, hajiali2018.</remarks>
public sealed class MultilevelRun
{
    private const int Pilot = 32;
    private const int FirstParticles = 256;
    private const int LeastParticles = 256;
    private const int MostParticles = 1 << 15;
    private const int CorrectedLevels = 3;
    private const int FinestExponent = 20;

    /// <summary>Coarser grids whose difference has more than this share of the variance gain nothing.</summary>
    private const double LargestRatio = 1.0 / 8;

    private readonly LevelEnsembles ensembles;
    private readonly double target;
    private readonly Action<Progress> report;
    private readonly List<Level> levels = [];
    private int particles = FirstParticles;
    private int coarsest = 1;

    private MultilevelRun(LevelEnsembles ensembles, double target, Action<Progress> report) =>
        (this.ensembles, this.target, this.report) = (ensembles, target, report);

    /// <summary>Estimates the risk of a prepared run's limit to the standard error <paramref name="target"/>; its own numbers of particles, steps and
    /// replicas do not count. Cost about (variance of one particle)/target^2 times the steps of the coarsest level, some units.</summary>
    /// <exception cref="FaultException">A run that has no such limit, or for which the method is not built.</exception>
    public static MultilevelResult Of(
        PreparedRun run,
        string folder,
        double target,
        int threads,
        Action<Progress> report,
        CancellationToken cancel
    )
    {
        Require(run);
        return new MultilevelRun(new LevelEnsembles(run, folder, threads, cancel), target, report).Estimate();
    }

    /// <summary>Refuses a run that has no such limit, or for which the method is not built.</summary>
    /// <exception cref="FaultException">What stands in the way.</exception>
    public static void Require(PreparedRun run) => MultilevelLimits.Require(run);

    private MultilevelResult Estimate()
    {
        Begin();
        while (true)
        {
            // The last terms are compared at twice the error, a quarter of the cost, before the finest level is settled.
            var obstacle = Allocate(2 * target);
            if (obstacle is null && levels.Count > CorrectedLevels && BiasSteps <= target)
            {
                obstacle = Allocate(target);
                if (obstacle is null && BiasSteps <= target)
                    return Result(null);
            }
            if (obstacle is not null)
                return Result(obstacle);
            if (coarsest + levels.Count > FinestExponent)
                return Result(
                    FormattableString.Invariant($"with {levels[^1].Steps} steps the bias of the step may still be {BiasSteps:G2}")
                );
            Extend();
        }
    }

    /// <summary>Finds the coarsest grid whose difference from the next one is small, and so many particles that their bias is.</summary>
    private void Begin()
    {
        for (; ; coarsest++)
        {
            levels.Clear();
            levels.AddRange([Of(coarsest, true), Of(coarsest + 1, false)]);
            if (coarsest > FinestExponent)
                throw MultilevelLimits.NotFinite();
            if (!levels.All(level => level.Add(Pilot)) || levels[1].Variance > LargestRatio * levels[0].Variance)
                continue;
            levels[0].Correct(Pilot);
            var (correction, error) = levels[0].Correction;
            if ((Math.Abs(correction) <= target && error <= target / 4) || particles == MostParticles)
                break;
            particles *= 2;
            coarsest--;
        }
        levels[1].Correct(Pilot);
    }

    private Level Of(int exponent, bool isCoarsest) =>
        new(ensembles, exponent, Math.Max(LeastParticles, particles >> (exponent - coarsest)), isCoarsest);

    private void Extend()
    {
        var level = Of(coarsest + levels.Count, false);
        if (!level.Add(Pilot))
            throw MultilevelLimits.NotFinite();
        if (levels.Count < CorrectedLevels)
            level.Correct(Pilot);
        levels.Add(level);
    }

    /// <summary>Adds replicas where they lower the error at the least cost (Giles 2008, theorem 3.1); answers what stands in the way.</summary>
    private string? Allocate(double goal)
    {
        while (Error > goal)
        {
            var left = goal * goal - levels.Sum(level => Math.Pow(level.Correction.Error, 2));
            if (left <= goal * goal / 2)
                return "the correction for the number of particles is not measured to the target: take a larger one";
            // A little less than what is left, as variances are estimates.
            var scale = levels.Select((level, l) => Weight(l) * Math.Sqrt(level.Variance * level.Cost)).Sum() / (0.97 * left);
            for (var l = 0; l < levels.Count; l++)
            {
                var level = levels[l];
                var wanted = Math.Ceiling(scale * Weight(l) * Math.Sqrt(level.Variance / level.Cost) / level.Particles);
                if (!Level.Holds(wanted))
                    return FormattableString.Invariant($"it takes {wanted:G3} ensembles on one level: take a larger target");
                if (wanted > level.Replicas && !level.Add((int)wanted - level.Replicas))
                    throw MultilevelLimits.NotFinite();
            }
        }
        report(
            new Progress(FormattableString.Invariant($"{levels[^1].Steps} steps: risk {Risk:G8}, standard error {Error:G2}"))
            {
                Reached = [new Reached("risk", Risk, (Risk - 2 * Error, Risk + 2 * Error))],
            }
        );
        return null;
    }

    private double Weight(int level) => level == levels.Count - 1 ? 2 : 1;

    private double Risk => levels.Select((level, l) => Weight(l) * level.Term.Value + level.Correction.Value).Sum();

    private double Error =>
        Math.Sqrt(levels.Select((level, l) => Math.Pow(Weight(l) * level.Term.Error, 2) + Math.Pow(level.Correction.Error, 2)).Sum());

    /// <summary>The extrapolation supposes that the last term is half of the one before: what is missing from that, and its standard error. For a remainder of
    /// second order the bias is two thirds of what is missing.</summary>
    private double BiasSteps
    {
        get
        {
            var (last, before) = (levels[^1].Term, levels[^2].Term);
            return Math.Abs(last.Value - before.Value / 2) + Math.Sqrt(last.Error * last.Error + before.Error * before.Error / 4);
        }
    }

    private MultilevelResult Result(string? obstacle)
    {
        var finest = levels[^1];
        // Of first order, what is left beyond the finest grid is its term.
        var steps = Math.Max(levels[0].Steps, Math.Ceiling(Math.Abs(finest.Term.Value) * finest.Steps / BiasSteps));
        return new MultilevelResult
        {
            TargetError = target,
            Risk = Risk,
            StandardError = Error,
            BiasSteps = BiasSteps,
            BiasParticles = Math.Abs(levels.Sum(level => level.Correction.Value)),
            Cost = ensembles.Cost,
            PlainCost = levels[1].VarianceAlone / (target * target) * steps,
            PlainSteps = steps,
            Levels =
            [
                .. levels.Select(level => new LevelResult(
                    level.Steps,
                    level.Particles,
                    level.Replicas,
                    level.Term.Value,
                    level.Term.Error,
                    level.Variance
                )),
            ],
            Obstacle = obstacle,
        };
    }
}

using MeanField.Core;

namespace MeanField.Engine.Runs;

/// <summary>
/// Bounds of D(mu || gamma_tau) for the law mu of one particle at the end of a run, replica by replica; an empirical law itself has an infinite
/// divergence (theory.md, section 5).
/// </summary>
internal sealed class EntropyBracket(PreparedRun run, Simulation simulation, IReadOnlyList<ReplicaCosts> costs, RunEnd end)
{
    private readonly Run settings = run.Problem.Run;

    /// <summary>The lower and the upper bound.</summary>
    public (ReplicaNumbers Lower, ReplicaNumbers Upper) Bounds()
    {
        if (end.Bridges is not { } bridges || end.Step < settings.Steps)
            return (Tilts(), Upper());
        var bounds = Enumerable.Range(0, settings.Replicas).Select(bridges.Of).ToArray();
        var lower = Array.ConvertAll(bounds, bound => bound.Lower);
        return (ReplicaNumbers.Of(Better(lower, Tilts().Values)), ReplicaNumbers.Of(bounds.Select(bound => bound.Upper)));
    }

    /// <summary>
    /// In every replica the bound of the kind that is larger on average over the other ones: a choice by the numbers that it chooses among
    /// would raise them. The replica before is left out, too, as its tilt was fitted on this one; fewer than three leave none to
    /// choose by.
    /// </summary>
    internal static double[] Better(double[] bridges, double[]? tilts)
    {
        if (tilts is null || tilts.Length < 3)
            return bridges;
        var gains = tilts.Zip(bridges, (tilt, bridge) => tilt - bridge).ToArray();
        return
        [
            .. bridges.Select(
                (bridge, replica) =>
                    gains.Sum() - gains[replica] - gains[(replica + gains.Length - 1) % gains.Length] > 0 ? tilts[replica] : bridge
            ),
        ];
    }

    private ReplicaNumbers Tilts()
    {
        if (settings is { Replicas: 1, Particles: < DonskerVaradhan.LeastParticles })
            return ReplicaNumbers.Absent(
                $"a lower bound is fitted on some particles and judged on others: take run.particles >= {DonskerVaradhan.LeastParticles}, or run.replicas >= 2"
            );
        var programs = DynamicsPrograms.frozen(run.Problem);
        if (!programs.IsOk)
            return ReplicaNumbers.Absent($"no lower bound for {FaultModule.found(programs.ErrorValue)}");
        using var bound = new DonskerVaradhan(run, programs.ResultValue, simulation.Ensembles, run.Step.Target);
        return bound.Bounds() is { } bounds
            ? ReplicaNumbers.Of(bounds)
            : ReplicaNumbers.Absent("the law is too far from the prior for an exponential moment by draws");
    }

    private ReplicaNumbers Upper() =>
        ControlCostRule.WhyNoChain(settings) is null ? OfControl()
        : simulation.Scheme.Variance is not { } variance ? ReplicaNumbers.Absent("Heun's last step has no normal law")
        : variance == 0 ? ReplicaNumbers.Absent("without noise the law of a particle has no density")
        : end.Step == 0 ? ReplicaNumbers.Absent("no step was taken")
        : OfLastStep(new LastStepMixture(variance, run.Problem.Energy.Tau.Value));

    /// <summary>Data processing: the law of one particle at the end costs at most what its path cost.</summary>
    private ReplicaNumbers OfControl() =>
        end.Step < settings.Steps
            ? ReplicaNumbers.Absent("the run did not reach its horizon, where its law is compared with the prior")
            : ReplicaNumbers.Of(costs.Select(cost => cost.Left));

    private ReplicaNumbers OfLastStep(LastStepMixture mixture) =>
        ReplicaNumbers.Of(
            simulation.Ensembles.Select(ensemble =>
                mixture.Bound(ensemble.Rows(), simulation.MeansOfLastStep(ensemble, (uint)(end.Step - 1)), ensemble.Layout.Dimension)
            )
        );
}

/// <summary>One number a replica, or the reason why there are none.</summary>
internal sealed record ReplicaNumbers(double[]? Values, string? Reason)
{
    public static ReplicaNumbers Of(IEnumerable<double> values) => new([.. values], null);

    public static ReplicaNumbers Absent(string reason) => new(null, reason);

    /// <summary>Combined with a number of each replica.</summary>
    public ReplicaNumbers With(IReadOnlyList<double> others, Func<double, double, double> combine) =>
        Values is null ? this : Of(Values.Zip(others, combine));

    /// <summary>The mean over replicas with its error.</summary>
    public Estimate AsEstimate(Quantity plugInError) =>
        Values is null ? Estimate.Absent(Reason!) : ReplicaStatistics.Of(Values).AsEstimate(plugInError);
}

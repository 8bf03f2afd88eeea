using MeanField.Engine.Ensembles;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Runs;

/// <summary>Turns what was seen of every replica at the end of a run into estimates with errors.</summary>
internal sealed class Summary(PreparedRun run, Simulation simulation, IReadOnlyList<ReplicaCosts> costs, RunEnd end, bool compares)
{
    private readonly Observation[] seen = end.Seen;

    private const string NoFit = "the problem has no neuron or no target";
    private const string NoLabels = "the target is not made of labels +-1";
    private const string OneNeuron = "one neuron has no variance";

    private readonly int particles = run.Problem.Run.Particles;
    private readonly Lazy<IReadOnlyDictionary<string, double>> plugInErrors = new(() => PlugInErrors.Of(run, simulation.Ensembles[0]));
    private readonly FitOverTable[] heldOut =
        run.HasFit && run.Input?.HeldOut is { } table ? FitOverTable.Of(run, simulation.Ensembles, table) : [];

    /// <summary>All quantities of a run.</summary>
    public RunEstimates Estimates()
    {
        var risk = Fit(observation => observation.Risk, "risk");
        var (lower, upper) = new EntropyBracket(run, simulation, costs, end).Bounds();
        var cost = Chain((replica, _) => costs[replica].Left);
        return new RunEstimates
        {
            Risk = risk,
            RiskDebiased = RiskDebiased(),
            RiskFresh = RiskFresh(risk),
            RiskTest = Test(fit => fit.Risk),
            Loss = Fit(observation => observation.Loss, "loss"),
            Accuracy = HasLabels ? Over((_, observation) => observation.Accuracy, NoNaive) : Absent(NoLabels),
            AccuracyTest = HasLabels && AreLabels(run.Input?.HeldOut) ? Test(fit => fit.Accuracy) : Absent(NoLabels),
            FreeEnergy = run is { IsOptimal: true, Optimum: { } optimum }
                ? optimum.Solution.Certificate.FreeEnergy
                : Tight(lower, upper, Energy),
            FreeEnergyLower = Energy(lower).AsEstimate(NoNaive),
            FreeEnergyUpper = Energy(upper).AsEstimate(NoNaive),
            ControlCost = cost,
            ControlCostMean = run.Batch is null ? cost : Chain((replica, _) => costs[replica].OfRows),
            ControlCostLimit = Unless(
                ControlCostRule.WhyNoLimit(run.Problem.Run),
                (replica, observation) => costs[replica].Trapezoid(observation.ControlSquare)
            ),
            Value = Chain(Value),
            Kl = run is { IsOptimal: true, Optimum: { } known } ? known.Solution.Divergence : Tight(lower, upper, kl => kl),
            KlLower = lower.AsEstimate(NoNaive),
            KlUpper = upper.AsEstimate(NoNaive),
            Excess = Excess((replica, observation) => Value(replica, observation) - FreeEnergy),
            ExcessIdentity = Excess(
                (replica, observation) => Bregman(observation) + costs[replica].Defect / observation.InverseTemperature
            ),
            ExcessDefect = Excess(
                (replica, observation) =>
                    Value(replica, observation) - FreeEnergy - Bregman(observation) - costs[replica].Defect / observation.InverseTemperature
            ),
        };
    }

    private static Quantity NoNaive => Quantity.Absent("no naive error is kept for this quantity: take run.replicas >= 2");

    private bool HasLabels => run.HasFit && AreLabels(run.Table);

    private static bool AreLabels(NodeTable? table) =>
        table is null || Array.TrueForAll(table[DataLaw.Target].Values, label => Math.Abs(label) == 1);

    private double Value(int replica, Observation observation) =>
        (costs[replica].Left / observation.InverseTemperature) + observation.Potential;

    private double FreeEnergy => run.Optimum!.Solution.Certificate.FreeEnergy.Value.Value ?? double.NaN;

    /// <summary>The distance of the net of a replica from the optimal one; none where T is linear in mu.</summary>
    private double Bregman(Observation observation) =>
        run.Optimum is { Problem.HasAlpha: false }
            ? 0
            : BregmanDistance.Of(run.Optimum!.Problem, run.Optimum.Solution.Alpha, [observation.Fhat]).Value.Value ?? double.NaN;

    private Estimate Excess(Func<int, Observation, double> quantity) =>
        !compares ? Absent("it is measured where --excess asks for it")
        : run.Optimum is { Problem.HasAlpha: true } && run.Problem.Energy.Objective is not null
            ? Absent("the moment of the objective is not known to be the net's output")
        : Unless(ControlCostRule.WhyNoChain(run.Problem.Run), quantity);

    private Estimate RiskDebiased() =>
        run.HasFit && run.Metrics is null ? Absent("only the squared loss has a known bias")
        : particles == 1 ? Absent(OneNeuron)
        : Fit(observation => observation.RiskDebiased(particles), "risk");

    /// <summary>T(mu_N) + kl/beta.</summary>
    private ReplicaNumbers Energy(ReplicaNumbers kl) =>
        run.HasEntropy
            ? kl.With([.. seen.Select(one => one.Potential)], (bound, potential) => potential + bound / seen[0].InverseTemperature)
            : ReplicaNumbers.Absent("the objective has no entropy");

    /// <summary>The middle of a bracket that is tighter than twice the error of its middle.</summary>
    private Estimate Tight(ReplicaNumbers lower, ReplicaNumbers upper, Func<ReplicaNumbers, ReplicaNumbers> of)
    {
        if (lower.Values is null || upper.Values is null)
            return Absent(lower.Reason ?? upper.Reason!);
        var middle = ReplicaStatistics.Of(lower.With(upper.Values, (low, high) => (low + high) / 2).Values);
        var width = upper.Values.Average() - lower.Values.Average();
        if (middle.StandardError is not { } error)
            return Absent("one replica has no standard error to compare klUpper - klLower with: take run.replicas >= 2");
        return Math.Abs(width) < 2 * error
            ? of(lower.With(upper.Values, (low, high) => (low + high) / 2)).AsEstimate(NoNaive)
            : Absent($"klLower and klUpper differ by more than twice the standard error{(CanNarrow ? ": --kl narrows them" : "")}");
    }

    /// <summary>Whether --kl is there to be asked for.</summary>
    private bool CanNarrow => end.Bridges is null && run.Batch is null && ControlCostRule.WhyNoChain(run.Problem.Run) is null;

    private Estimate Chain(Func<int, Observation, double> quantity) => Unless(ControlCostRule.WhyNoChain(run.Problem.Run), quantity);

    private Estimate Unless(string? reason, Func<int, Observation, double> quantity) =>
        reason is null ? Over(quantity, NoNaive) : Absent(reason);

    /// <summary>Where the nodes are the law there are no other inputs.</summary>
    private Estimate RiskFresh(Estimate risk)
    {
        if (!run.HasFit || run.Input is not { IsExact: false })
            return risk;
        using var fresh = new FreshRisk(run, simulation.Ensembles[0].Layout);
        return Over((replica, _) => fresh.Of(simulation.Ensembles[replica]), NoNaive);
    }

    private static Estimate Absent(string reason) => Estimate.Absent(reason);

    private Estimate Fit(Func<Observation, double> quantity, string plugIn) =>
        run.HasFit ? Over((_, observation) => quantity(observation), PlugIn(plugIn)) : Absent(NoFit);

    private Estimate Test(Func<FitOverTable, double> quantity) =>
        !run.HasFit ? Absent(NoFit)
        : heldOut.Length == 0 ? Absent("the problem has no [test] data")
        : Over((replica, _) => quantity(heldOut[replica]), NoNaive);

    private Estimate Over(Func<int, Observation, double> quantity, Quantity plugInError)
    {
        var values = seen.Select((observation, replica) => quantity(replica, observation)).ToArray();
        return ReplicaStatistics.Of(values).AsEstimate(plugInError);
    }

    private Quantity PlugIn(string quantity) =>
        seen.Length > 1 ? Quantity.Absent("several replicas have standard errors of their own")
        : particles == 1 ? Quantity.Absent(OneNeuron)
        : Quantity.Of(plugInErrors.Value[quantity]);
}

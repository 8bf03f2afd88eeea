namespace MeanField.Engine.Runs;

/// <summary>
/// The quantities that a run measures, each with its errors. Every one is always there: what does not exist is
/// <see cref="Estimate.Absent"/> with its reason. kl and controlCost are in nats, freeEnergy, value, loss and excess in units of energy.
/// </summary>
/// <remarks>Definitions: theory.md, sections 1, 4 and 5.</remarks>
public sealed record RunEstimates
{
    /// <summary>Nothing is known, all for the same reason.</summary>
    public static RunEstimates None(string reason) =>
        new()
        {
            Risk = Estimate.Absent(reason),
            RiskDebiased = Estimate.Absent(reason),
            RiskFresh = Estimate.Absent(reason),
            RiskTest = Estimate.Absent(reason),
            Loss = Estimate.Absent(reason),
            Accuracy = Estimate.Absent(reason),
            AccuracyTest = Estimate.Absent(reason),
            FreeEnergy = Estimate.Absent(reason),
            FreeEnergyLower = Estimate.Absent(reason),
            FreeEnergyUpper = Estimate.Absent(reason),
            ControlCost = Estimate.Absent(reason),
            ControlCostMean = Estimate.Absent(reason),
            ControlCostLimit = Estimate.Absent(reason),
            Value = Estimate.Absent(reason),
            Kl = Estimate.Absent(reason),
            KlLower = Estimate.Absent(reason),
            KlUpper = Estimate.Absent(reason),
            Excess = Estimate.Absent(reason),
            ExcessIdentity = Estimate.Absent(reason),
            ExcessDefect = Estimate.Absent(reason),
        };

    /// <summary>E_pi (f - fhat)^2 over the nodes, or the loss where the loss is not the square.</summary>
    public required Estimate Risk { get; init; }

    /// <summary>The risk less (mean_i ||sigma_i||^2 - ||fhat||^2)/(N - 1), the share of a finite number of neurons.</summary>
    public required Estimate RiskDebiased { get; init; }

    /// <summary>The risk over fresh inputs of the law.</summary>
    public required Estimate RiskFresh { get; init; }

    /// <summary>The risk over held-out data.</summary>
    public required Estimate RiskTest { get; init; }

    /// <summary>E_pi l(f, fhat) over the nodes.</summary>
    public required Estimate Loss { get; init; }

    /// <summary>The share of nodes, by weight, whose label +-1 is the sign of fhat.</summary>
    public required Estimate Accuracy { get; init; }

    /// <summary>The same over held-out data.</summary>
    public required Estimate AccuracyTest { get; init; }

    /// <summary>T + kl/beta.</summary>
    public required Estimate FreeEnergy { get; init; }

    /// <summary>T + klLower/beta.</summary>
    public required Estimate FreeEnergyLower { get; init; }

    /// <summary>T + klUpper/beta.</summary>
    public required Estimate FreeEnergyUpper { get; init; }

    /// <summary>(1/N) SUM_i SUM_k (eta/2)|u_ik|^2 of the control applied: the exact cost of the Euler chain.</summary>
    public required Estimate ControlCost { get; init; }

    /// <summary>The same with the drift averaged over all nodes, on the recorded rows.</summary>
    public required Estimate ControlCostMean { get; init; }

    /// <summary>The trapezoid sum, which estimates the continuous limit.</summary>
    public required Estimate ControlCostLimit { get; init; }

    /// <summary>controlCost/beta + T(mu_N).</summary>
    public required Estimate Value { get; init; }

    /// <summary>D(law of one particle at the end || gamma_tau).</summary>
    public required Estimate Kl { get; init; }

    /// <summary>A lower bound of kl.</summary>
    public required Estimate KlLower { get; init; }

    /// <summary>An upper bound of kl.</summary>
    public required Estimate KlUpper { get; init; }

    /// <summary>J - F*.</summary>
    public required Estimate Excess { get; init; }

    /// <summary>The other side of the finite-N identity of theory.md, section 4.</summary>
    public required Estimate ExcessIdentity { get; init; }

    /// <summary>Their difference, replica by replica: 0 within its error for any dynamics.</summary>
    public required Estimate ExcessDefect { get; init; }

    /// <summary>The quantities under their public names, in the order in which they are shown.</summary>
    public IReadOnlyList<KeyValuePair<string, Estimate>> Named() =>
        [
            new("risk", Risk),
            new("riskDebiased", RiskDebiased),
            new("riskFresh", RiskFresh),
            new("riskTest", RiskTest),
            new("loss", Loss),
            new("accuracy", Accuracy),
            new("accuracyTest", AccuracyTest),
            new("freeEnergy", FreeEnergy),
            new("freeEnergyLower", FreeEnergyLower),
            new("freeEnergyUpper", FreeEnergyUpper),
            new("controlCost", ControlCost),
            new("controlCostMean", ControlCostMean),
            new("controlCostLimit", ControlCostLimit),
            new("value", Value),
            new("kl", Kl),
            new("klLower", KlLower),
            new("klUpper", KlUpper),
            new("excess", Excess),
            new("excessIdentity", ExcessIdentity),
            new("excessDefect", ExcessDefect),
        ];
}

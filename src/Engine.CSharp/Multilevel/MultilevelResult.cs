using System.Text.Json.Nodes;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Multilevel;

/// <summary>A term of the sum: steps and particles of its ensembles, how many there were, the term and its standard error, its variance for one particle.</summary>
public sealed record LevelResult(long Steps, int Particles, int Replicas, double Term, double StandardError, double Variance)
{
    internal JsonObject ToJson() =>
        new()
        {
            ["steps"] = Steps,
            ["particles"] = Particles,
            ["replicas"] = Replicas,
            ["term"] = Term,
            ["standardError"] = StandardError,
            ["variance"] = Variance,
        };
}

/// <summary>The risk of the mean-field limit, infinitely many particles and steps, by multilevel Monte Carlo.</summary>
public sealed record MultilevelResult
{
    /// <summary>The standard error that was asked for.</summary>
    public required double TargetError { get; init; }

    /// <summary>The risk, extrapolated in the step and corrected for the number of particles.</summary>
    public required double Risk { get; init; }

    /// <summary>The standard error of the risk.</summary>
    public required double StandardError { get; init; }

    /// <summary>What the step may leave as a bias: the last two terms against the first order that the extrapolation supposes, and the standard error of that.</summary>
    public required double BiasSteps { get; init; }

    /// <summary>The size of the correction for the number of particles, which was added; what is left of that bias is of higher order.</summary>
    public required double BiasParticles { get; init; }

    /// <summary>Steps of all particles.</summary>
    public required double Cost { get; init; }

    /// <summary>The same of one level with this standard error, with as many steps as bring its bias to that of the step here.</summary>
    public required double PlainCost { get; init; }

    /// <summary>The steps of that level.</summary>
    public required double PlainSteps { get; init; }

    /// <summary>From the coarsest to the finest.</summary>
    public required IReadOnlyList<LevelResult> Levels { get; init; }

    /// <summary>Why the target was not reached; null where it was.</summary>
    public required string? Obstacle { get; init; }

    /// <summary>The share of the plain cost that was saved.</summary>
    public double SavedCost => 1 - Cost / PlainCost;

    /// <summary>The quantities of a run, of which a limit has the risk and the loss.</summary>
    public RunEstimates Estimates() =>
        RunEstimates.None("with --target-error the risk and the loss of the limit alone are estimated") with
        {
            Risk = Of(1),
            // Half of the risk, for the squared loss.
            Loss = Of(0.5),
        };

    private Estimate Of(double factor) =>
        new(
            Quantity.Of(factor * Risk),
            Quantity.Of(factor * StandardError),
            Quantity.Absent("the standard error is that of independent replicas")
        );

    /// <summary>Adds the keys of a limit to the JSON object of a run.</summary>
    internal void AddTo(JsonObject json)
    {
        json["targetError"] = TargetError;
        json["biasSteps"] = BiasSteps;
        json["biasParticles"] = BiasParticles;
        json["cost"] = Cost;
        // A flow without noise costs one level nothing to speak of.
        QuantityJson.Set(json, "plainCost", Quantity.Of(PlainCost));
        QuantityJson.Set(json, "plainSteps", Quantity.Of(PlainSteps));
        QuantityJson.Set(json, "savedCost", Quantity.Of(SavedCost));
        json["levels"] = new JsonArray([.. Levels.Select(level => (JsonNode)level.ToJson())]);
    }
}

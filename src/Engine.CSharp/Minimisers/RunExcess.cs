using System.Text.Json.Nodes;
using MeanField.Core;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// How far the law of one particle at the end of a run is above the minimum (theory.md, section 2):
/// F(mu) - F* = Bregman(fhat, fhat*) + (1/beta) D(mu || mu*), where D(mu || mu*) = D(mu || gamma) - beta E_pi[alpha* fhat] + log Z and the run has
/// brackets of D(mu || gamma). At any other alpha the right side is F(mu) - Dual(alpha), which is larger by at most the gap.
/// </summary>
public sealed record RunExcess
{
    private const string NoMoments = "the run recorded no fhat, or the objective is not the default one";
    private const string NoError = "the run's errors are not independent of one another";

    /// <summary>The run folder.</summary>
    public required string Folder { get; init; }

    /// <summary>The run's bracket of F(mu), as it states it.</summary>
    public required Estimate FreeEnergyLower { get; init; }

    /// <summary>Its upper end.</summary>
    public required Estimate FreeEnergyUpper { get; init; }

    /// <summary>The Bregman term, 1/2 ||fhat - fhat*||^2 for the squared loss; without the share of a finite number of particles where there are
    /// several replicas.</summary>
    public required Estimate Distance { get; init; }

    /// <summary>A lower bound of D(mu || gamma) by alpha* alone (Donsker-Varadhan).</summary>
    public required Estimate KlLower { get; init; }

    /// <summary>A lower bound of F(mu) - F*.</summary>
    public required Estimate Lower { get; init; }

    /// <summary>An upper bound of F(mu) - F*.</summary>
    public required Estimate Upper { get; init; }

    /// <summary>Compares a run's end with the minimiser of its problem.</summary>
    /// <param name="recorded">A run of <see cref="RunOfProblem"/>.</param>
    /// <param name="problem">Its problem.</param>
    /// <param name="solution">The minimiser.</param>
    public static RunExcess Of(RecordedRun recorded, MinimiserProblem problem, Solution solution)
    {
        var folder = recorded.Folder;
        var moments = problem.Problem.Energy.Objective is null ? RecordedMoments.Last(folder, problem.Nodes) : null;
        var (lower, upper) = (Recorded(recorded, "freeEnergyLower"), Recorded(recorded, "freeEnergyUpper"));
        return moments is null || solution.LogZ.Value.Value is not { } logZ
            ? ByDifference(folder, solution, lower, upper)
            : ByIdentity(recorded, problem, solution, moments, logZ, (lower, upper));
    }

    /// <summary>As JSON, with the run's folder.</summary>
    public JsonObject ToJson()
    {
        var json = new JsonObject { ["folder"] = Folder };
        QuantityJson.SetWithErrors(json, Named());
        return json;
    }

    /// <summary>All estimates under their public names.</summary>
    public IReadOnlyList<KeyValuePair<string, Estimate>> Named() =>
        [
            new("freeEnergyLower", FreeEnergyLower),
            new("freeEnergyUpper", FreeEnergyUpper),
            new("distance", Distance),
            new("klLower", KlLower),
            new("excessLower", Lower),
            new("excessUpper", Upper),
        ];

    /// <summary>For any objective: the run's bracket of F less the interval of F*.</summary>
    private static RunExcess ByDifference(string folder, Solution solution, Estimate lower, Estimate upper)
    {
        var interval = solution.Certificate.Interval;
        // Below 0 a bound says nothing where mu* is the minimiser.
        var least = solution.Convexity == ConvexityKind.NotShown ? double.NegativeInfinity : 0;
        return new RunExcess
        {
            Folder = folder,
            FreeEnergyLower = lower,
            FreeEnergyUpper = upper,
            Distance = Estimate.Absent(NoMoments),
            KlLower = Estimate.Absent(NoMoments),
            Lower = Mapped(lower, value => Math.Max(least, value - (interval?.High ?? double.NaN))),
            Upper = Mapped(upper, value => value - (interval?.Low ?? double.NaN)),
        };
    }

    private static RunExcess ByIdentity(
        RecordedRun recorded,
        MinimiserProblem problem,
        Solution solution,
        double[][] moments,
        double logZ,
        (Estimate Lower, Estimate Upper) energy
    )
    {
        var inverse = problem.Programs.InverseTemperature;
        var distance = BregmanDistance.Of(problem, solution.Alpha, moments);
        var tilt = Tilt(problem, solution, moments, logZ);
        return new RunExcess
        {
            Folder = recorded.Folder,
            FreeEnergyLower = energy.Lower,
            FreeEnergyUpper = energy.Upper,
            Distance = distance,
            KlLower = tilt,
            // D(mu || mu*) is never negative: without a bound of the run alpha* gives 0.
            Lower = Mapped(
                Excess(Recorded(recorded, "klLower") is { Value.Value: not null } bound ? bound : tilt),
                value => Math.Max(0, value - Math.Max(0, solution.Certificate.Gap.Value.Value ?? double.PositiveInfinity))
            ),
            Upper = Excess(Recorded(recorded, "klUpper")),
        };

        // Standard errors add at most: what they belong to is not independent.
        Estimate Excess(Estimate kl) =>
            (distance.Value.Value, tilt.Value.Value, kl.Value.Value) is ({ } bregman, { } shift, { } bound)
                ? new Estimate(
                    Quantity.Of(bregman + Math.Max(0, bound - shift) / inverse),
                    distance.StandardError.Value
                        + (tilt.StandardError.Value + kl.StandardError.Value + solution.LogZ.StandardError.Value) / inverse
                        is { } error
                        ? Quantity.Of(error)
                        : Quantity.Absent(ReplicaStatistics.OneReplica),
                    Quantity.Absent(NoError)
                )
                : Estimate.Absent(kl.Value.Reason ?? distance.Value.Reason ?? "the run has no such bound");
    }

    /// <summary>beta E_pi[alpha* fhat] - log Z.</summary>
    private static Estimate Tilt(MinimiserProblem problem, Solution solution, double[][] moments, double logZ)
    {
        var inverse = problem.Programs.InverseTemperature;
        double[] replicas =
        [
            .. moments.Select(fhat => inverse * problem.Weights.Select((weight, j) => weight * solution.Alpha[j] * fhat[j]).Sum() - logZ),
        ];
        return ReplicaStatistics.Of(replicas).AsEstimate(Quantity.Absent(NoError));
    }

    private static Estimate Recorded(RecordedRun recorded, string name) =>
        recorded.Number(name) is { } value
            ? new Estimate(
                Quantity.Of(value),
                recorded.Number(name, "standardErrors") is { } error ? Quantity.Of(error) : Quantity.Absent(ReplicaStatistics.OneReplica),
                Quantity.Absent(NoError)
            )
            : Estimate.Absent(recorded.Results?[$"{name}Reason"]?.ToString() ?? "the run has none");

    private static Estimate Mapped(Estimate estimate, Func<double, double> map) =>
        estimate.Value.Value is { } value ? new Estimate(Quantity.Of(map(value)), estimate.StandardError, estimate.PlugInError) : estimate;
}

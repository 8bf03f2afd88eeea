using System.Text.Json.Nodes;
using MeanField.Core;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Minimisers;

/// <summary>The JSON object of a solution, as <c>solve --json</c> prints it and solve.json keeps it.</summary>
public static class SolutionJson
{
    /// <summary>One JSON object with the keys of the contract, in its order. A number that does not exist is null beside NAMEReason.</summary>
    public static JsonObject Of(Solution solution)
    {
        var named = Named(solution);
        var json = new JsonObject { ["method"] = solution.Method, ["certified"] = solution.Certificate.IsCertified };
        QuantityJson.SetReason(json, "certified", CertifiedReason(solution));
        json["convex"] = Word(solution.Convexity);
        json["status"] = solution.Status;
        QuantityJson.Set(json, Bounds(solution), estimate => estimate.Value);
        SetInterval(json, solution.Certificate.Interval);
        QuantityJson.Set(json, Measured(solution), estimate => estimate.Value);
        json["standardErrors"] = Errors(solution, named);
        QuantityJson.Set(json, "effectiveSampleFraction", solution.EffectiveSampleFraction.Value);
        json["law"] = QuantityJson.Law(solution.Law.Mean, solution.Law.Covariance, "");
        json["points"] = solution.Points;
        json["seconds"] = solution.Seconds;
        return json;
    }

    /// <summary>Keys count and distance (of the law of a neuron from mu*, in total variation) of neurons that were drawn.</summary>
    public static JsonObject OfSample(NeuronSample sample)
    {
        var json = new JsonObject { ["count"] = sample.Rows.Length / sample.Dimension };
        QuantityJson.Set(json, "distance", sample.Distance);
        return json;
    }

    /// <summary>All estimates under their public names, in the order in which they are shown.</summary>
    public static IReadOnlyList<KeyValuePair<string, Estimate>> Named(Solution solution) =>
        [.. Bounds(solution), .. Measured(solution), new("effectiveSampleFraction", solution.EffectiveSampleFraction)];

    /// <summary>What stands in the way of a certificate, or what it is conditional on; null where there is neither.</summary>
    public static string? CertifiedReason(Solution solution) =>
        solution.Certificate.Obstacle ?? (solution.Convexity == ConvexityKind.Declared ? "conditional on declared convexity" : null);

    /// <summary>"shown", "declared" or "not shown".</summary>
    public static string Word(ConvexityKind convexity) =>
        convexity switch
        {
            ConvexityKind.Shown => "shown",
            ConvexityKind.Declared => "declared",
            _ => "not shown",
        };

    private static KeyValuePair<string, Estimate>[] Bounds(Solution solution) =>
        [
            new("freeEnergy", solution.Certificate.FreeEnergy),
            new("dual", solution.Certificate.Dual),
            new("gap", solution.Certificate.Gap),
            new("quadratureError", solution.Certificate.QuadratureError),
            new("nodeError", solution.Certificate.NodeError),
        ];

    private static KeyValuePair<string, Estimate>[] Measured(Solution solution) =>
        [
            new("risk", solution.Risk),
            new("loss", solution.Loss),
            new("kl", solution.Divergence),
            new("logZ", solution.LogZ),
            new("residualNorm", solution.ResidualNorm),
        ];

    private static void SetInterval(JsonObject json, Interval? interval)
    {
        json["interval"] = interval is null
            ? null
            : new JsonObject
            {
                ["low"] = interval.Low,
                ["high"] = interval.High,
                ["level"] = interval.Level,
            };
        QuantityJson.SetReason(json, "interval", interval is null ? "a bound is not finite" : null);
    }

    private static JsonObject Errors(Solution solution, IEnumerable<KeyValuePair<string, Estimate>> named)
    {
        var json = new JsonObject();
        QuantityJson.Set(json, named, estimate => estimate.StandardError);
        var exact = solution.Certificate.FreeEnergy.StandardError.Value == 0 ? Zero(solution.Law.Mean.Length) : null;
        var law = solution.LawErrors ?? exact;
        json["law"] = QuantityJson.Law(law?.Mean, law?.Covariance, "a standard error is unknown");
        return json;
    }

    private static NeuronLaw Zero(int width) => new(new double[width], [.. Enumerable.Range(0, width).Select(_ => new double[width])]);
}

using System.Text.Json.Nodes;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Bridges;

/// <summary>The JSON object of a Schroedinger bridge, as <c>bridge --json</c> prints it.</summary>
public static class BridgeJson
{
    /// <summary>One JSON object with the keys of the contract. A number that does not exist is null beside NAMEReason.</summary>
    public static JsonObject Of(BridgeSolution solution)
    {
        var named = Named(solution);
        var json = new JsonObject
        {
            ["method"] = solution.Method,
            ["certified"] = solution.Obstacle is null,
            ["status"] = solution.Status,
            ["dimension"] = solution.Dimension,
            ["tau"] = solution.Tau,
        };
        QuantityJson.SetReason(json, "certified", solution.Obstacle);
        QuantityJson.Set(json, named, estimate => estimate.Value);
        json["crossCovariance"] = Matrix(solution.CrossCovariance);
        QuantityJson.SetErrors(json, named);
        json["from"] = End(solution.From);
        json["to"] = End(solution.To);
        json["iterations"] = solution.Iterations;
        json["newtonSteps"] = solution.NewtonSteps;
        json["seconds"] = solution.Seconds;
        return json;
    }

    /// <summary>Keys count, steps, controlCost and its standard error (null with a reason where the end is points) of paths that were drawn.</summary>
    public static JsonObject OfPaths(BridgePaths paths)
    {
        var json = new JsonObject { ["count"] = paths.Count, ["steps"] = paths.Steps };
        QuantityJson.SetWithErrors(json, [new("controlCost", paths.ControlCost)]);
        return json;
    }

    /// <summary>The numbers under their public names, in the order in which they are shown.</summary>
    public static IReadOnlyList<KeyValuePair<string, Estimate>> Named(BridgeSolution solution) =>
        [
            new("entropicCost", solution.EntropicCost),
            new("dual", solution.EntropicCost with { Value = Quantity.Of(solution.Dual) }),
            new("marginalError", Estimate.Exact(solution.MarginalError)),
            new("transportCost", OfPlan(solution, solution.TransportCost)),
            new("mutualInformation", OfPlan(solution, solution.MutualInformation)),
            new("kl", solution.PathDivergence),
        ];

    /// <summary>A number of the plan: without error where nothing was drawn.</summary>
    private static Estimate OfPlan(BridgeSolution solution, double value) =>
        solution.EntropicCost.StandardError.Value == 0
            ? Estimate.Exact(value)
            : new Estimate(
                Quantity.Of(value),
                Quantity.Absent("a standard error is unknown"),
                Quantity.Absent("a standard error is unknown")
            );

    private static JsonObject End(BridgeEndReport end) =>
        new()
        {
            ["treatment"] = end.Treatment,
            ["points"] = end.Points,
            ["mean"] = QuantityJson.Numbers(end.Mean),
        };

    private static JsonArray Matrix(double[][] rows) => new([.. rows.Select(QuantityJson.Numbers)]);
}

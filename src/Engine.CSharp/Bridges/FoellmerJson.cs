using System.Text.Json.Nodes;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Bridges;

/// <summary>The JSON object of a Foellmer process, as <c>bridge --json</c> prints it.</summary>
public static class FoellmerJson
{
    /// <summary>One JSON object with the keys of the contract. A number that does not exist is null beside NAMEReason.</summary>
    public static JsonObject Of(FoellmerReport report)
    {
        var json = new JsonObject { ["holds"] = report.Comparisons.All(one => one.Holds) };
        QuantityJson.SetWithErrors(json, Named(report));
        json["terminal"] = QuantityJson.Law(report.Terminal.Mean, report.Terminal.Covariance, "");
        json["identities"] = new JsonArray([.. report.Comparisons.Select(Identity)]);
        json["controlError"] = double.IsFinite(report.ControlError) ? report.ControlError : null;
        json["forms"] = new JsonArray([
            .. report.Forms.Select(form => (JsonNode)new JsonObject { ["from"] = form.From, ["form"] = form.Form }),
        ]);
        json["paths"] = report.Paths;
        json["steps"] = report.Steps;
        json["certified"] = report.Solution.Certificate.IsCertified;
        QuantityJson.SetReason(json, "certified", SolutionJson.CertifiedReason(report.Solution));
        json["seconds"] = report.Seconds;
        return json;
    }

    /// <summary>The estimates under their public names, in the order in which they are shown.</summary>
    public static IReadOnlyList<KeyValuePair<string, Estimate>> Named(FoellmerReport report) =>
        [
            new("controlCost", report.ControlCost),
            new("controlCostLimit", report.ControlCostLimit),
            new("stepBias", report.StepBias),
            new("kl", report.Solution.Divergence),
            new("value", report.Value),
            new("freeEnergy", report.Solution.Certificate.FreeEnergy),
            new("valueError", report.ValueError),
            new("logZ", report.Solution.LogZ),
            new("valueFunctionAtOrigin", report.ValueFunctionAtOrigin),
            new("martingaleError", report.MartingaleError),
        ];

    private static JsonNode Identity(Comparison one) =>
        new JsonObject
        {
            ["name"] = one.Name,
            ["value"] = QuantityJson.Finite(one.Value),
            ["expected"] = QuantityJson.Finite(one.Expected),
            ["standardError"] = QuantityJson.Finite(one.StandardError),
            ["allowance"] = QuantityJson.Finite(one.Allowance),
            ["standardErrorsAllowed"] = one.Quantile,
            ["holds"] = one.Holds,
        };
}

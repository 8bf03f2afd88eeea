using System.Text.Json.Nodes;
using MeanField.Core;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Laziness;

/// <summary>The JSON object of a laziness report, as <c>lazy --json</c> prints it.</summary>
public static class LazyJson
{
    /// <summary>One JSON object with the keys of the contract. A number that does not exist is null beside NAMEReason.</summary>
    public static JsonObject Of(LazyReport report)
    {
        var json = new JsonObject();
        QuantityJson.SetWithErrors(json, report.Named);
        json["constants"] = new JsonArray([.. report.Constants.Select(Constant)]);
        json["ledger"] = new JsonArray([.. report.Ledger.Select(Row)]);
        json["comparison"] = new JsonArray([.. report.Comparison.Select(Net)]);
        json["rates"] = new JsonArray([.. report.Rates.Select(Rate)]);
        json["certified"] = report.Solution.Certificate.IsCertified;
        QuantityJson.SetReason(json, "certified", SolutionJson.CertifiedReason(report.Solution));
        json["particles"] = report.Options.Particles;
        json["steps"] = report.Options.Steps;
        json["replicas"] = report.Options.Replicas;
        json["paths"] = report.Paths;
        json["seconds"] = report.Seconds;
        return json;
    }

    private static JsonNode Constant(Constant constant) =>
        new JsonObject
        {
            ["name"] = constant.Name,
            ["low"] = QuantityJson.Finite(constant.Low),
            ["high"] = QuantityJson.Finite(constant.High),
            ["reason"] = constant.Reason,
        };

    private static JsonNode Row(LedgerRow row)
    {
        var json = new JsonObject
        {
            ["name"] = row.Guarantee.Name,
            ["statement"] = row.Guarantee.Statement,
            ["assumptions"] = new JsonArray([.. row.Guarantee.Assumptions.Select(Assumption)]),
            ["holds"] = row.Holds,
            ["bound"] = row.Bound,
        };
        QuantityJson.SetReason(json, "bound", row.Bound is null ? row.Guarantee.Reason : null);
        QuantityJson.Set(json, "measured", row.Measured.Value);
        json["standardError"] = row.Measured.StandardError.Value;
        json["slack"] = row.Slack;
        json["vacuous"] = row.IsVacuous;
        return json;
    }

    private static JsonNode Net(ComparedNet net)
    {
        var json = new JsonObject
        {
            ["dynamics"] = net.Name,
            ["batch"] = net.Batch,
            ["particles"] = net.Particles,
            ["steps"] = net.Steps,
        };
        QuantityJson.SetWithErrors(json, net.Named);
        return json;
    }

    private static JsonNode Rate(ConvergenceRate rate)
    {
        var json = new JsonObject
        {
            ["name"] = rate.Name,
            ["expected"] = rate.Expected,
            ["exponent"] = QuantityJson.Finite(rate.Exponent),
        };
        QuantityJson.SetReason(json, "exponent", rate.Obstacle);
        json["standardError"] = QuantityJson.Finite(rate.StandardError);
        json["points"] = new JsonArray([.. rate.Points.Select(Point)]);
        return json;
    }

    private static JsonNode Point(RatePoint point) =>
        new JsonObject
        {
            ["at"] = point.At,
            ["value"] = QuantityJson.Finite(point.Value),
            ["standardError"] = QuantityJson.Finite(point.StandardError),
        };

    private static JsonNode Assumption(Assumption assumption) =>
        new JsonObject
        {
            ["text"] = assumption.Text,
            ["standing"] = Word(assumption.Standing),
            ["reason"] = assumption.Reason,
        };

    /// <summary>proved, declared, checked, fails or not decided.</summary>
    public static string Word(Standing standing) =>
        standing == Standing.NotDecided ? "not decided" : standing.ToString().ToLowerInvariant();
}

using System.Text.Json.Nodes;
using MeanField.Core;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Multilevel;

/// <summary>The JSON object of a limit, as <c>run --target-error --json</c> prints it and limit.json keeps it.</summary>
public static class LimitJson
{
    /// <summary>The keys of a run that a limit has, then its own.</summary>
    public static JsonObject Of(MultilevelResult result, Problem problem, int threads, double seconds, string folder)
    {
        var asked = problem.Run;
        var json = new JsonObject
        {
            ["dynamics"] = asked.Dynamics.ToString().ToLowerInvariant(),
            ["horizon"] = asked.Horizon.Value,
            ["seed"] = asked.Seed,
            ["precision"] = asked.Precision.ToString().ToLowerInvariant(),
            ["threads"] = threads,
            ["status"] = result.Obstacle is null ? "completed" : "not reached",
        };
        QuantityJson.SetReason(json, "status", result.Obstacle);
        QuantityJson.SetWithErrors(json, result.Estimates().Named());
        result.AddTo(json);
        json["seconds"] = seconds;
        json["folder"] = folder;
        return json;
    }
}

using System.Text.Encodings.Web;
using System.Text.Json;
using System.Text.Json.Nodes;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Runs;

/// <summary>The JSON object of a run result, as <c>run --json</c> prints it and run.json keeps it.</summary>
public static class RunResultJson
{
    private const string ReplicatedPlugIn = "several replicas: standardErrors are the right figures";

    /// <summary>Indented, with quotes and letters as they are: the text goes to terminals and files, never into HTML.</summary>
    internal static JsonSerializerOptions Layout { get; } =
        new() { WriteIndented = true, Encoder = JavaScriptEncoder.UnsafeRelaxedJsonEscaping };

    /// <summary>One JSON object with the keys of the contract, in its order. A number that does not exist is null beside NAMEReason.</summary>
    public static string Text(RunResult result) => Of(result).ToJsonString(Layout);

    /// <summary>The same as a node of a larger document.</summary>
    public static JsonObject Of(RunResult result)
    {
        var json = Settings(result.Settings);
        json["status"] = result.Status.Name;
        QuantityJson.SetReason(json, "status", result.Status.Reason);
        var named = result.Estimates.Named();
        var last = named.Where(pair => pair.Key.StartsWith("excess", StringComparison.Ordinal)).ToArray();
        QuantityJson.Set(json, named.Except(last), estimate => estimate.Value);
        json["law"] = QuantityJson.Law(result.Law.Mean, result.Law.Covariance, "");
        json["standardErrors"] = Errors(named, estimate => estimate.StandardError, StandardErrors(result.Law));
        json["plugInErrors"] = Errors(named, estimate => estimate.PlugInError, PlugInErrors(result.Law));
        QuantityJson.Set(json, last, estimate => estimate.Value);
        QuantityJson.Set(json, "pairsPerSecond", result.PairsPerSecond);
        QuantityJson.Set(json, "seconds", result.Seconds);
        json["digest"] = result.Digest;
        json["folder"] = result.Folder;
        return json;
    }

    private static JsonObject Settings(RunSettings settings) =>
        new()
        {
            ["dynamics"] = settings.Dynamics,
            ["particles"] = settings.Particles,
            ["steps"] = settings.Steps,
            ["horizon"] = settings.Horizon,
            ["seed"] = settings.Seed,
            ["replicas"] = settings.Replicas,
            ["precision"] = settings.Precision,
            ["threads"] = settings.Threads,
        };

    private static JsonObject Errors(IEnumerable<KeyValuePair<string, Estimate>> named, Func<Estimate, Quantity> error, JsonObject law)
    {
        var json = new JsonObject();
        QuantityJson.Set(json, named, error);
        json["law"] = law;
        return json;
    }

    private static JsonObject StandardErrors(ParticleLaw law) =>
        QuantityJson.Law(law.MeanErrors, law.CovarianceErrors, ReplicaStatistics.OneReplica);

    private static JsonObject PlugInErrors(ParticleLaw law) =>
        law.MeanErrors is null
            ? QuantityJson.Law(law.MeanPlugInErrors, law.CovariancePlugInErrors, "")
            : QuantityJson.Law(null, null, ReplicatedPlugIn);
}

using System.Text;
using System.Text.Json.Nodes;
using MeanField.Core;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Multilevel;

/// <summary>The folder of a limit: problem.toml, and last limit.json with the result.</summary>
public static class LimitFolder
{
    /// <summary>A new folder; the arguments are as those of <see cref="RunFolder.Create"/>.</summary>
    /// <exception cref="FaultException">The folder holds files and there is no force, or it is that of the problem file.</exception>
    public static RunFolder Create(string? path, Problem problem, string problemFolder, bool force)
    {
        RunFolder.CheckForced(path, force, problemFolder);
        var folder = RunFolder.Create(path, problem.Title, DateTimeOffset.Now, force);
        folder.WriteProblem(ProblemModule.toToml(ProblemModule.resolvePaths(problemFolder, problem)));
        return folder;
    }

    /// <summary>The JSON object that the command prints: the keys of a run, then those of the limit.</summary>
    public static JsonObject Json(MultilevelResult result, Problem problem, int threads, double seconds, string folder)
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
        var named = result.Estimates().Named();
        QuantityJson.Set(json, named, estimate => estimate.Value);
        var errors = new JsonObject();
        QuantityJson.Set(errors, named, estimate => estimate.StandardError);
        json["standardErrors"] = errors;
        foreach (var (key, value) in result.ToJson().ToArray())
            json[key] = value?.DeepClone();
        json["seconds"] = seconds;
        json["folder"] = folder;
        return json;
    }

    /// <summary>Writes limit.json.</summary>
    public static void Write(RunFolder folder, JsonObject result)
    {
        var platform = Platform.Here();
        var json = new JsonObject
        {
            ["schemaVersion"] = 1,
            ["versions"] = new JsonObject { ["workbench"] = platform.Workbench, ["runtime"] = platform.Runtime },
            ["results"] = result.DeepClone(),
        };
        folder.Write(RunFolder.LimitName, stream => stream.Write(Encoding.UTF8.GetBytes(json.ToJsonString(RunResultJson.Layout))));
    }
}

using System.Text.Json.Nodes;

namespace MeanField.Engine.Runs;

/// <summary>The JSON object of a forecast, as <c>run --forecast --json</c> prints it.</summary>
public static class ForecastJson
{
    /// <summary>The keys of the run, memory, and time: null with its reason where the run does not fit.</summary>
    public static JsonObject Of(PreparedRun run, RunMemory memory, Forecast? forecast, SimulationOptions options)
    {
        var asked = run.Problem.Run;
        var json = new JsonObject
        {
            ["dynamics"] = asked.Dynamics.ToString().ToLowerInvariant(),
            ["particles"] = asked.Particles,
            ["steps"] = asked.Steps,
            ["replicas"] = asked.Replicas,
            ["precision"] = asked.Precision.ToString().ToLowerInvariant(),
            ["threads"] = options.Threads,
            ["ranks"] = options.Ranks.Size,
            ["fits"] = memory.Fits,
            ["memoryBytes"] = memory.Bytes,
            ["memory"] = new JsonObject
            {
                ["particles"] = memory.Particles,
                ["evaluations"] = memory.Evaluations,
                ["moments"] = memory.Moments,
                ["bridges"] = memory.Bridges,
            },
            ["availableBytes"] = memory.Available,
        };
        AddTime(json, forecast);
        return json;
    }

    private static void AddTime(JsonObject json, Forecast? forecast)
    {
        (string Name, Func<Forecast, double> Of)[] numbers =
        [
            ("forecastSeconds", known => known.Seconds),
            ("forecastSecondsError", known => known.Error),
            ("startSeconds", known => known.Start),
            ("stepSeconds", known => known.Plain.Median),
            ("recordedStepSeconds", known => known.Recorded.Median),
            ("endSeconds", known => known.End),
            ("recordingShare", known => known.RecordingShare),
            ("recordedSteps", known => known.RecordedSteps),
            ("measuredParticles", known => known.Particles),
        ];
        foreach (var (name, of) in numbers)
            QuantityJson.Set(
                json,
                name,
                forecast is null ? Quantity.Absent("the run does not fit into memory") : Quantity.Of(of(forecast))
            );
    }
}

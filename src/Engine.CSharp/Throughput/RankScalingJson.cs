using System.Text.Json.Nodes;

namespace MeanField.Engine.Throughput;

/// <summary>The JSON object of what several processes gain, as <c>bench --ranks --json</c> prints it.</summary>
public static class RankScalingJson
{
    /// <summary>The keys of the problem, links and steps, and the model for so many processes.</summary>
    public static JsonObject Of(RankScaling scaling, int threads, IEnumerable<int> modelled)
    {
        var (settings, links) = (scaling.Run.Problem.Run, scaling.Links);
        return new JsonObject
        {
            ["title"] = scaling.Run.Problem.Title,
            ["particles"] = settings.Particles,
            ["replicas"] = settings.Replicas,
            ["nodes"] = scaling.Run.Inputs,
            ["ranks"] = links.Ranks,
            ["threads"] = threads,
            ["messages"] = new JsonArray([.. links.Messages.Select(Message)]),
            ["latencySeconds"] = links.Latency,
            ["secondsPerByte"] = links.SecondsPerByte,
            ["exchangesOfStep"] = scaling.OfStep.Calls,
            ["bytesOfStep"] = scaling.OfStep.Bytes,
            ["superblocks"] = scaling.Superblocks,
            ["stepSecondsAlone"] = scaling.Alone.Median,
            ["stepSecondsAloneSpread"] = scaling.Alone.Spread,
            ["stepSeconds"] = scaling.Shared.Median,
            ["stepSecondsSpread"] = scaling.Shared.Spread,
            ["efficiency"] = scaling.MeasuredEfficiency,
            ["model"] = new JsonArray([.. modelled.Select(ranks => Modelled(scaling, ranks))]),
        };
    }

    private static JsonNode Message(MessageTime message) =>
        new JsonObject
        {
            ["bytes"] = message.Bytes,
            ["seconds"] = message.Seconds.Median,
            ["secondsSpread"] = message.Seconds.Spread,
        };

    private static JsonNode Modelled(RankScaling scaling, int ranks) =>
        new JsonObject
        {
            ["ranks"] = ranks,
            ["stepSeconds"] = scaling.Seconds(ranks),
            ["efficiency"] = scaling.Efficiency(ranks),
        };
}

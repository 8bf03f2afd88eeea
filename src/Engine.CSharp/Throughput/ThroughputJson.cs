using System.Text.Json.Nodes;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Throughput;

/// <summary>The JSON object of a measurement of speed, as <c>bench --json</c> prints it.</summary>
public static class ThroughputJson
{
    /// <summary>The keys of the problem and machine, the arithmetic of a pair, speeds and peaks.</summary>
    public static JsonObject Of(StepThroughput measured)
    {
        var (run, program) = (measured.Run, measured.Run.Drift.Program);
        return new JsonObject
        {
            ["title"] = run.Problem.Title,
            ["particles"] = run.Problem.Run.Particles,
            ["replicas"] = run.Problem.Run.Replicas,
            ["nodes"] = run.Inputs,
            ["vectorBits"] = run.Step.Target.Bits(),
            ["rounds"] = measured.Rounds,
            ["arithmetic"] = new JsonObject
            {
                ["node"] = Arithmetic(PairArithmetic.OfNodes(program)),
                ["particle"] = Arithmetic(PairArithmetic.OfOthers(program)),
            },
            ["rates"] = new JsonArray([.. measured.Rates.Select(Rate)]),
            ["peaks"] = new JsonArray([.. measured.Peaks.Select(Peak)]),
        };
    }

    private static JsonObject Arithmetic(PairArithmetic pair) =>
        new()
        {
            ["multiplyAdds"] = pair.Written.MultiplyAdds,
            ["additions"] = pair.Written.Additions,
            ["multiplications"] = pair.Written.Multiplications,
            ["divisions"] = pair.Written.Divisions,
            ["others"] = pair.Written.Others,
            ["functions"] = new JsonObject(pair.Functions.Select(call => KeyValuePair.Create(call.Key, (JsonNode?)call.Value))),
            ["operationsDouble"] = pair.OperationsOf(NumberFormat.Double),
            ["operationsSingle"] = pair.OperationsOf(NumberFormat.Single),
        };

    private static JsonNode Rate(StepRate rate) =>
        new JsonObject
        {
            ["precision"] = rate.Precision.ToString().ToLowerInvariant(),
            ["threads"] = rate.Threads,
            ["pairsPerSecond"] = rate.PairsPerSecond.Median,
            ["pairsPerSecondSpread"] = rate.PairsPerSecond.Spread,
            ["peakShare"] = rate.PeakShare.Median,
            ["peakShareSpread"] = rate.PeakShare.Spread,
        };

    private static JsonNode Peak(PeakRate peak) =>
        new JsonObject
        {
            ["format"] = peak.Format == NumberFormat.Double ? "double" : "single",
            ["threads"] = peak.Threads,
            ["multiplyAddsPerSecond"] = peak.MultiplyAddsPerSecond.Median,
            ["multiplyAddsPerSecondSpread"] = peak.MultiplyAddsPerSecond.Spread,
        };
}

using System.Text.Json;
using MeanField.Engine.Ensembles;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Tests.Runs;

public sealed class RunResultTests
{
    private static readonly Estimate None = Estimate.Absent("not asked for");

    private static RunEstimates Estimates(Estimate risk) =>
        new()
        {
            Risk = risk,
            RiskDebiased = Estimate.Exact(0.5),
            RiskFresh = None,
            RiskTest = None,
            Loss = Estimate.Exact(0.25),
            Accuracy = None,
            AccuracyTest = None,
            FreeEnergy = None,
            FreeEnergyLower = None,
            FreeEnergyUpper = None,
            ControlCost = Estimate.Exact(2),
            ControlCostMean = Estimate.Exact(2),
            ControlCostLimit = Estimate.Exact(2.5),
            Value = Estimate.Exact(1.25),
            Kl = None,
            KlLower = None,
            KlUpper = None,
            Excess = None,
            ExcessIdentity = None,
            ExcessDefect = None,
        };

    private static RunResult Result(params double[][] replicas) =>
        new(
            new RunSettings("greedy", 2, 400, 1.5, 7, replicas.Length, "double", 3),
            new RunStatus.Completed(),
            Estimates(ReplicaStatistics.Of([.. replicas.Select(replica => replica[0])]).AsEstimate(Quantity.Of(0.75))),
            ParticleLaw.Of([.. replicas.Select(replica => new[] { replica })], replicas[0].Length, 1),
            Quantity.Of(double.PositiveInfinity),
            Quantity.Of(0.5),
            "abc",
            "runs/x"
        );

    private static JsonElement Json(RunResult result) => JsonDocument.Parse(RunResultJson.Text(result)).RootElement;

    [Fact]
    public void The_keys_are_those_of_the_contract_in_its_order()
    {
        const string contract =
            "dynamics, particles, steps, horizon, seed, replicas, precision, threads, status, risk, riskDebiased, riskFresh, riskTest, loss, "
            + "accuracy, accuracyTest, freeEnergy, freeEnergyLower, freeEnergyUpper, controlCost, controlCostMean, controlCostLimit, value, kl, klLower, klUpper, "
            + "law, standardErrors, plugInErrors, excess, excessIdentity, excessDefect, pairsPerSecond, seconds, digest, folder";

        var keys = Json(Result([1.0, 3.0], [5.0, 7.0])).EnumerateObject().Select(property => property.Name).ToArray();

        Assert.Equal(contract, string.Join(", ", keys.Where(key => !key.EndsWith("Reason", StringComparison.Ordinal))));
    }

    [Fact]
    public void A_null_stands_beside_its_reason_and_a_number_stands_alone()
    {
        var json = Json(Result([1.0, 3.0], [5.0, 7.0]));
        var keys = json.EnumerateObject().ToDictionary(property => property.Name, property => property.Value);

        Assert.All(
            keys.Where(pair => !pair.Key.EndsWith("Reason", StringComparison.Ordinal)),
            pair => Assert.Equal(pair.Value.ValueKind == JsonValueKind.Null, keys.ContainsKey($"{pair.Key}Reason"))
        );
        Assert.Equal("not asked for", keys["klReason"].GetString());
        Assert.Equal("the number is not finite", keys["pairsPerSecondReason"].GetString());
        Assert.Equal(2.5, keys["controlCostLimit"].GetDouble());
        Assert.Equal(400, keys["steps"].GetInt64());
        Assert.Equal("completed", keys["status"].GetString());
    }

    [Fact]
    public void Standard_errors_mirror_the_object()
    {
        var errors = Json(Result([1.0, 3.0], [5.0, 7.0])).GetProperty("standardErrors");

        // Risks 1 and 5, means 2 and 6: s = sqrt(8), over sqrt(2).
        Assert.Equal(2, errors.GetProperty("risk").GetDouble(), 15);
        Assert.Equal(2, errors.GetProperty("law").GetProperty("mean")[0].GetDouble(), 15);
        Assert.Equal(0, errors.GetProperty("loss").GetDouble());
        Assert.Equal("not asked for", errors.GetProperty("klReason").GetString());
    }

    [Fact]
    public void One_replica_shows_naive_errors_only()
    {
        var json = Json(Result([1.0, 3.0]));
        var (standard, naive) = (json.GetProperty("standardErrors"), json.GetProperty("plugInErrors"));

        Assert.Equal(JsonValueKind.Null, standard.GetProperty("risk").ValueKind);
        Assert.Equal(ReplicaStatistics.OneReplica, standard.GetProperty("riskReason").GetString());
        Assert.Equal(ReplicaStatistics.OneReplica, standard.GetProperty("law").GetProperty("meanReason").GetString());
        Assert.Equal(0.75, naive.GetProperty("risk").GetDouble());
        Assert.Equal(Math.Sqrt(0.5), naive.GetProperty("law").GetProperty("mean")[0].GetDouble(), 15);
    }

    [Fact]
    public void A_covariance_that_overflows_is_null_entry_by_entry_with_a_reason()
    {
        var law = Json(Result([1e300, -1e300])).GetProperty("law");

        Assert.Equal(0, law.GetProperty("mean")[0].GetDouble());
        Assert.Equal(JsonValueKind.Null, law.GetProperty("covariance")[0][0].ValueKind);
        Assert.Equal("an entry is not finite", law.GetProperty("covarianceReason").GetString());
    }

    [Fact]
    public void A_manifest_holds_what_repeats_the_run()
    {
        var manifest = new Manifest
        {
            Title = "Sine \"é\"",
            Started = new DateTimeOffset(2031, 2, 3, 4, 5, 6, TimeSpan.Zero),
            Platform = Platform.Here(),
            Seed = long.MaxValue,
            Options = new RunOptions(2, true, true, 3, ["energy.beta=10"]),
            ProgramHash = "00ff",
            InputHash = "ff00",
            InputStandardization = new Standardization(["bmi"], [26.5], [4.25]),
            Status = new RunStatus.Cancelled(3, 400),
            Results = Result([1.0, 3.0]),
        };
        var json = JsonDocument.Parse(manifest.ToJson()).RootElement;

        Assert.Contains("\"title\": \"Sine \\\"é\\\"\"", manifest.ToJson());
        Assert.Equal(1, json.GetProperty("schemaVersion").GetInt32());
        Assert.Equal(long.MaxValue, json.GetProperty("seed").GetInt64());
        Assert.Equal("2031-02-03T04:05:06.0000000+00:00", json.GetProperty("started").GetString());
        Assert.Equal("3", json.GetProperty("options").GetProperty("threads").GetString());
        Assert.Equal("2", json.GetProperty("options").GetProperty("noiseLevel").GetString());
        Assert.Equal("energy.beta=10", json.GetProperty("options").GetProperty("set")[0].GetString());
        Assert.Equal(Environment.ProcessId, json.GetProperty("process").GetInt32());
        Assert.Equal(4.25, json.GetProperty("inputStandardization").GetProperty("scales")[0].GetDouble());
        Assert.Equal(JsonValueKind.Null, json.GetProperty("targetStandardization").ValueKind);
        Assert.Equal("cancelled", json.GetProperty("status").GetString());
        Assert.Equal("stopped by the user after step 3 of 400", json.GetProperty("statusReason").GetString());
        Assert.Equal(2, json.GetProperty("results").GetProperty("law").GetProperty("mean")[0].GetDouble());
        Assert.StartsWith("0.1.0", json.GetProperty("versions").GetProperty("workbench").GetString());
    }
}

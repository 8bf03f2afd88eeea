using System.Text.Json.Nodes;

namespace MeanField.Engine.Runs;

/// <summary>How results write what may not exist: null beside NAMEReason, never NaN.</summary>
internal static class QuantityJson
{
    /// <summary>A number, or null with its reason.</summary>
    public static void Set(JsonObject json, string name, Quantity quantity)
    {
        json[name] = quantity.Value;
        SetReason(json, name, quantity.Reason);
    }

    /// <summary>A part of each estimate under its name.</summary>
    public static void Set(JsonObject json, IEnumerable<KeyValuePair<string, Estimate>> named, Func<Estimate, Quantity> part)
    {
        foreach (var (name, estimate) in named)
            Set(json, name, part(estimate));
    }

    /// <summary>The value of each estimate under its name, then their standard errors in an object of their own.</summary>
    public static void SetWithErrors(JsonObject json, IReadOnlyList<KeyValuePair<string, Estimate>> named)
    {
        Set(json, named, estimate => estimate.Value);
        SetErrors(json, named);
    }

    /// <summary>The standard error of each estimate under its name, in the object standardErrors.</summary>
    public static void SetErrors(JsonObject json, IEnumerable<KeyValuePair<string, Estimate>> named)
    {
        var errors = new JsonObject();
        Set(errors, named, estimate => estimate.StandardError);
        json["standardErrors"] = errors;
    }

    /// <summary>NAMEReason, where there is one.</summary>
    public static void SetReason(JsonObject json, string name, string? reason)
    {
        if (reason is not null)
            json[$"{name}Reason"] = reason;
    }

    /// <summary>mean[] and covariance[][], or null with <paramref name="absence"/> as the reason.</summary>
    public static JsonObject Law(double[]? mean, double[][]? covariance, string absence)
    {
        var json = new JsonObject { ["mean"] = mean is null ? null : Numbers(mean) };
        SetReason(json, "mean", Reason(mean, absence));
        json["covariance"] = covariance is null ? null : new JsonArray([.. covariance.Select(Numbers)]);
        SetReason(json, "covariance", Reason(covariance?.SelectMany(row => row), absence));
        return json;
    }

    private static string? Reason(IEnumerable<double>? numbers, string absence) =>
        numbers is null ? absence
        : numbers.All(double.IsFinite) ? null
        : "an entry is not finite";

    /// <summary>Each number, null where it is not finite.</summary>
    public static JsonArray Numbers(double[] numbers) => new([.. numbers.Select(Finite)]);

    /// <summary>The number, null where it is not finite.</summary>
    public static JsonNode? Finite(double number) => double.IsFinite(number) ? JsonValue.Create(number) : null;
}

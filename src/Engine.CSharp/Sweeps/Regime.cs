using System.Text.Json.Nodes;
using MeanField.Core;

namespace MeanField.Engine.Sweeps;

/// <summary>Where a cell stands between lazy training and feature learning, and what the theorems promise there (theory.md, sections 6 and 7).</summary>
/// <param name="Laziness">"lazy" where W2(mu*, gamma)/sqrt(tau d) is at most 0.1, "feature learning" where it is more, "undecided" where its
/// bounds lie on both sides.</param>
/// <param name="Guarantee">The error of the greedy net is bounded "a priori", or "a posteriori" by the measured Girsanov divergence; "vacuous"
/// where a bound exists and says nothing, "none" where none exists; null where it was not asked.</param>
public sealed record Regime(string Laziness, string? Guarantee)
{
    /// <summary>The index below which a law counts as lazy: neurons are moved by a tenth of the prior's deviation.</summary>
    private const double LargestLazyIndex = 0.1;

    /// <summary>Of the result of 'solve' or 'lazy'; null for a result without a divergence.</summary>
    public static Regime? Of(CellCommand command, JsonObject result, Problem problem) =>
        command switch
        {
            CellCommand.Solve => OfSolution(result, problem),
            CellCommand.Lazy => OfReport(result),
            _ => null,
        };

    /// <summary>As a part of the cell's JSON object.</summary>
    public JsonObject ToJson() => new() { ["laziness"] = Laziness, ["guarantee"] = Guarantee };

    /// <summary>Above by Talagrand's inequality, below by the distance of the means.</summary>
    private static Regime? OfSolution(JsonObject result, Problem problem)
    {
        if (Number(result, "kl") is not { } divergence || result["law"]?["mean"] is not JsonArray mean)
            return null;
        var shift = mean.Sum(entry => entry is null ? 0 : Math.Pow(entry.GetValue<double>(), 2));
        return new Regime(Word(Math.Sqrt(2 * divergence / mean.Count), Math.Sqrt(shift / (problem.Energy.Tau.Value * mean.Count))), null);
    }

    private static Regime? OfReport(JsonObject result)
    {
        if (Number(result, "talagrandIndex") is not { } index)
            return null;
        var upper = Math.Min(index, Number(result, "measuredIndexUpper") ?? index);
        return new Regime(Word(upper, Number(result, "measuredIndexLower") ?? 0), Promise(result["ledger"]!.AsArray()));
    }

    private static string Word(double upper, double lower) =>
        upper <= LargestLazyIndex ? "lazy"
        : lower > LargestLazyIndex ? "feature learning"
        : "undecided";

    private static string Promise(JsonArray ledger)
    {
        string[] kinds = ["a priori", "a posteriori"];
        var rows = kinds
            .Select(kind =>
                (Kind: kind, Row: ledger.FirstOrDefault(row => row!["name"]!.GetValue<string>() == $"error of the greedy net, {kind}"))
            )
            .Where(pair => pair.Row?["bound"] is not null)
            .ToArray();
        return rows.FirstOrDefault(pair => !pair.Row!["vacuous"]!.GetValue<bool>()).Kind ?? (rows.Length > 0 ? "vacuous" : "none");
    }

    private static double? Number(JsonObject json, string key) => json[key]?.GetValue<double>();
}

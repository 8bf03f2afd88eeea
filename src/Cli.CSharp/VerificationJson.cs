using System.Text.Json;
using MeanField.Core;

namespace MeanField.Cli;

/// <summary>A verification as one JSON object; what does not exist is null, never NaN.</summary>
internal static class VerificationJson
{
    /// <summary>The keys of 'workbench verify --json'.</summary>
    public static string Of(VerificationReport report) =>
        JsonSerializer.Serialize(
            new
            {
                report.Holds,
                Checks = report.Checks.Select(OfCheck),
                Claims = report.Claims.Select(OfClaim),
                Constants = report.Constants.Select(OfConstant),
                Existence = report.Existence is { } existence ? new { Verdict = Word(existence.Verdict), existence.Reason } : null,
            },
            JsonLayout.Options
        );

    private static object OfCheck(Check check) =>
        new
        {
            check.Name,
            check.Kind,
            Holds = check.Outcome == Outcome.Skipped ? (bool?)null : check.Outcome == Outcome.Holds,
            Error = Finite(check.Error),
            Tolerance = Finite(check.Tolerance),
            check.Detail,
        };

    private static string Word(ExistenceVerdict verdict) =>
        verdict switch
        {
            ExistenceVerdict.Shown => "shown",
            ExistenceVerdict.None => "none",
            ExistenceVerdict.NotDecided => "notDecided",
            _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
        };

    private static object OfConstant(Constant constant) =>
        new
        {
            constant.Name,
            Low = Finite(constant.Low),
            High = Finite(constant.High),
            constant.Reason,
        };

    private static object OfClaim(Judgement claim) =>
        new
        {
            claim.Name,
            claim.Claim,
            Verdict = VerdictName(claim.Verdict),
            Point = claim.Point?.Value is { } point ? OfPoint(point) : null,
            Component = claim.Component == 0 ? (int?)null : claim.Component,
            Claimed = Finite(claim.Claimed),
            Derived = Finite(claim.Derived),
            Difference = claim.Point is null ? null : new { Low = Finite(claim.DifferenceLow), High = Finite(claim.DifferenceHigh) },
            claim.Points,
            LargestDifference = Finite(claim.LargestDifference),
            Hint = claim.Hint == "" ? null : claim.Hint,
        };

    private static string VerdictName(ClaimVerdict verdict) =>
        verdict switch
        {
            ClaimVerdict.Proved => "proved",
            ClaimVerdict.Agrees => "agrees",
            ClaimVerdict.Refuted => "refuted",
            _ => throw new ArgumentOutOfRangeException(nameof(verdict)),
        };

    // Names of users' blocks are data: they stand as keys of dictionaries, which no naming policy changes.
    private static Dictionary<string, object?> OfPoint(Counterexample point)
    {
        var keys = new Dictionary<string, object?>();
        foreach (var name in (string[])["w", "w2", "v", "v2"])
            keys[name] = point.Neurons.FirstOrDefault(neuron => neuron.Name == name) is { } neuron ? Blocks(neuron) : null;
        foreach (var name in (string[])["x", "x2"])
            keys[name] = Named(point.Inputs, name);
        keys["alpha"] = AtAtoms(point, atom => atom.Alpha);
        keys["f"] = AtAtoms(point, atom => atom.Target);
        foreach (var name in (string[])["t", "beta", "tau"])
            keys[name] = Named(point.Numbers, name);
        keys["density"] = Densities(point);
        keys["mu"] = point.Mu.IsEmpty ? null : point.Mu.Select(atom => new { atom.Weight, At = Blocks(atom) });
        keys["pi"] = point.Pi.IsEmpty ? null : point.Pi.Select(atom => new { atom.Weight, X = Numbers(atom.X) });
        return keys;
    }

    /// <summary>The values of mu's density at w and w2, null where the claim reads none.</summary>
    private static Dictionary<string, object?>? Densities(Counterexample point)
    {
        var values = point.Numbers.Where(number => number.Name.StartsWith("mu(", StringComparison.Ordinal)).ToArray();
        return values.Length == 0 ? null : values.ToDictionary(number => number.Name[3..^1], number => Numbers(number.Values));
    }

    private static Dictionary<string, object?> Blocks(NeuronPoint neuron) =>
        neuron.Blocks.ToDictionary(block => block.Name, block => Numbers(block.Values));

    private static object? Named(IEnumerable<NamedNumbers> numbers, string name) =>
        numbers.FirstOrDefault(number => number.Name == name) is { } found ? Numbers(found.Values) : null;

    /// <summary>A function of the input by its values at the atoms of pi, null where the claim reads none.</summary>
    private static IEnumerable<double?>? AtAtoms(Counterexample point, Func<InputAtom, double> value) =>
        point.Pi.Any(atom => double.IsFinite(value(atom))) ? point.Pi.Select(atom => Finite(value(atom))) : null;

    /// <summary>A number for what has one component, else a list: as blocks of dimension 1 are scalars in formulas.</summary>
    private static object? Numbers(IReadOnlyCollection<double> values) =>
        values.Count == 1 ? Finite(values.First()) : values.Select(Finite);

    private static double? Finite(double value) => double.IsFinite(value) ? value : null;
}

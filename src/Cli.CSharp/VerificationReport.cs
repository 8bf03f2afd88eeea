using System.Globalization;
using System.Text;
using MeanField.Core;

namespace MeanField.Cli;

/// <summary>What a verification found: the checks of the derivation, and the user's claims in their order.</summary>
internal sealed record VerificationReport(
    string Title,
    IReadOnlyList<Check> Checks,
    IReadOnlyList<Judgement> Claims,
    IReadOnlyList<Constant> Constants,
    Attainment? Existence
)
{
    private const int NotTrue = 1;

    /// <summary>Whether no check fails and no claim is refuted.</summary>
    public bool Holds => Checks.All(check => check.Outcome != Outcome.Fails) && Claims.All(claim => claim.Verdict != ClaimVerdict.Refuted);

    /// <summary>0, or 1 where something does not hold.</summary>
    public int ExitCode => Holds ? 0 : NotTrue;

    /// <summary>The text for people: a paragraph per statement, one per claim, and the count.</summary>
    public string Text()
    {
        var text = new StringBuilder().AppendLine(Title).AppendLine();
        foreach (var statement in Checks.GroupBy(check => check.Name))
        {
            text.AppendLine(statement.Key);
            foreach (var check in statement)
                text.AppendLine($"    {Line(check)}");
            text.AppendLine();
        }
        if (Existence is not null)
            text.AppendLine($"{Word(Existence)}: {Existence.Reason}").AppendLine();
        if (Constants.Count > 0)
            text.AppendLine("constants over all neurons (theory sections 6 and 7)");
        foreach (var constant in Constants)
            text.AppendLine($"    {constant.Name, -9} {Range(constant), -46} {constant.Reason}");
        if (Constants.Count > 0)
            text.AppendLine();
        foreach (var claim in Claims)
            Append(text, claim);
        return text.AppendLine(Summary()).ToString();
    }

    private static string Line(Check check) =>
        check.Outcome switch
        {
            Outcome.Skipped => $"skipped  {check.Kind, -12} {check.Detail}",
            Outcome.Fails => $"FAILS    {check.Kind, -12} {Measure(check)}{(check.Detail == "" ? "" : $": {check.Detail}")}",
            Outcome.Holds => $"holds    {check.Kind, -12} {Measure(check)}".TrimEnd(),
            _ => throw new ArgumentOutOfRangeException(nameof(check)),
        };

    private static string Measure(Check check) =>
        check is { Error: 0, Tolerance: 0 } ? "exactly" : $"error {Short(check.Error)}, tolerance {Short(check.Tolerance)}";

    private static string Word(Attainment existence) =>
        existence.Verdict switch
        {
            ExistenceVerdict.Shown => "a minimiser exists",
            ExistenceVerdict.None => "NO MINIMISER",
            ExistenceVerdict.NotDecided => "whether a minimiser exists is not decided",
            _ => throw new ArgumentOutOfRangeException(nameof(existence)),
        };

    /// <summary>One number where the enclosure is narrow: the digits that both ends share would hide which way it was rounded.</summary>
    private static string Range(Constant constant) =>
        double.IsPositiveInfinity(constant.Low) ? "infinite"
        : constant.Low == constant.High ? Exact(constant.Low)
        : $"[{End(constant.Low)}, {End(constant.High)}]";

    private static string End(double value) =>
        double.IsNegativeInfinity(value) ? "-inf"
        : double.IsPositiveInfinity(value) ? "inf"
        : Exact(value);

    private static void Append(StringBuilder text, Judgement claim)
    {
        text.AppendLine($"claim {claim.Claim}");
        text.AppendLine($"    {Verdict(claim)}");
        if (claim.Point?.Value is { } point)
        {
            var component = claim.Component > 0 ? $" (component {claim.Component})" : "";
            foreach (var line in Lines(point))
                text.AppendLine($"    {line}");
            text.AppendLine($"    claimed  {Exact(claim.Claimed)}{component}");
            text.AppendLine($"    derived  {Exact(claim.Derived)}{component}");
            text.AppendLine($"    claimed - derived lies in [{Exact(claim.DifferenceLow)}, {Exact(claim.DifferenceHigh)}]");
        }
        if (claim.Hint != "")
            text.AppendLine($"    likely: {claim.Hint}");
        text.AppendLine();
    }

    private static string Verdict(Judgement claim) =>
        claim.Verdict switch
        {
            ClaimVerdict.Proved => "proved: the normal form of the difference is zero",
            ClaimVerdict.Agrees => $"agrees at {claim.Points} points; the largest relative difference is {Short(claim.LargestDifference)}",
            ClaimVerdict.Refuted => "REFUTED at",
            _ => throw new ArgumentOutOfRangeException(nameof(claim)),
        };

    private static IEnumerable<string> Lines(Counterexample point)
    {
        foreach (var neuron in point.Neurons)
            yield return $"{neuron.Name, -8} {Named(neuron.Blocks)}";
        foreach (var input in point.Inputs)
            yield return $"{input.Name, -8} {Numbers(input.Values)}";
        if (!point.Numbers.IsEmpty)
            yield return $"numbers  {Named(point.Numbers)}";
        foreach (var atom in point.Mu)
            yield return $"mu       {Exact(atom.Weight)} at {Named(atom.Blocks)}";
        foreach (var atom in point.Pi)
            yield return $"pi       {Exact(atom.Weight)} at x = {Numbers(atom.X)}{Value("f", atom.Target)}{Value("alpha", atom.Alpha)}";
    }

    private static string Value(string name, double value) => double.IsFinite(value) ? $", {name} = {Exact(value)}" : "";

    private static string Named(IEnumerable<NamedNumbers> numbers) =>
        string.Join(", ", numbers.Select(named => $"{named.Name} = {Numbers(named.Values)}"));

    private static string Numbers(IReadOnlyCollection<double> values) =>
        values.Count == 1 ? Exact(values.First()) : $"({string.Join(", ", values.Select(Exact))})";

    private static string Short(double value) => value.ToString("G2", CultureInfo.InvariantCulture);

    private static string Exact(double value) => value.ToString("R", CultureInfo.InvariantCulture);

    private string Summary()
    {
        int Of(Outcome outcome) => Checks.Count(check => check.Outcome == outcome);
        int Judged(ClaimVerdict verdict) => Claims.Count(claim => claim.Verdict == verdict);
        var checks = $"{Checks.Count} checks: {Of(Outcome.Holds)} hold, {Of(Outcome.Fails)} fail, {Of(Outcome.Skipped)} skipped";
        var (proved, agree, refuted) = (Judged(ClaimVerdict.Proved), Judged(ClaimVerdict.Agrees), Judged(ClaimVerdict.Refuted));
        return Claims.Count == 0 ? checks : $"{checks}; {Claims.Count} claims: {proved} proved, {agree} agree, {refuted} refuted";
    }
}

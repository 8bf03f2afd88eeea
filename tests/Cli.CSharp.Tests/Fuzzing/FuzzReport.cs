using System.Globalization;

namespace MeanField.Cli.Tests.Fuzzing;

/// <summary>An input that did what no input may do.</summary>
/// <param name="What">One line: the kind of exception and where it was thrown, or what a refusal lacks.</param>
/// <param name="File">The input, kept.</param>
internal sealed record Finding(string What, string File);

/// <summary>What became of the inputs of one reader.</summary>
internal sealed record FuzzReport(
    string Reader,
    int Inputs,
    int Accepted,
    int Refused,
    int Kept,
    int Branches,
    int Wordings,
    double SlowestSeconds,
    double Seconds,
    IReadOnlyList<Finding> Findings
)
{
    /// <summary>A line of the summary.</summary>
    public string Line() =>
        string.Create(
            CultureInfo.InvariantCulture,
            $"{Reader, -22}{Inputs, 9} inputs {Accepted, 8} accepted {Refused, 8} refused {Kept, 6} kept {Branches, 6} branches {Wordings, 5} wordings, "
                + $"slowest {SlowestSeconds, 5:F2} s, {Seconds, 6:F0} s, {Findings.Count} findings"
        );

    /// <summary>All readers as one.</summary>
    public static FuzzReport Total(IReadOnlyList<FuzzReport> reports) =>
        new(
            "all",
            reports.Sum(report => report.Inputs),
            reports.Sum(report => report.Accepted),
            reports.Sum(report => report.Refused),
            reports.Sum(report => report.Kept),
            reports.Sum(report => report.Branches),
            reports.Sum(report => report.Wordings),
            reports.Max(report => report.SlowestSeconds),
            reports.Sum(report => report.Seconds),
            [.. reports.SelectMany(report => report.Findings)]
        );
}

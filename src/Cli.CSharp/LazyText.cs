using System.Globalization;
using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine.Laziness;
using Spectre.Console;

namespace MeanField.Cli;

/// <summary>A laziness report for people: what was measured, and the ledger of guarantees.</summary>
internal static class LazyText
{
    private const int Failed = 3;

    /// <summary>Writes the tables to standard output.</summary>
    public static void Write(Screen screen, Problem problem, LazyReport report)
    {
        ResultTable.Write(
            screen.Output,
            problem.Title,
            report.Named.Select(named => new ResultRow(
                named.Key,
                named.Value.Value.Value,
                named.Value.StandardError.Value,
                named.Value.Value.Reason ?? ""
            ))
        );
        WriteComparison(screen.Output, report);
        WriteLedger(screen.Output, report.Ledger);
        foreach (
            var line in report
                .Ledger.SelectMany(row => row.Guarantee.Assumptions)
                .Where(one => one.Standing is not Standing.Proved)
                .Distinct()
        )
            Console.Out.WriteLine($"  {line.Text}: {LazyJson.Word(line.Standing)}: {line.Reason}");
        Console.Out.WriteLine(
            $"  {report.Options.Replicas} nets of {report.Options.Particles} neurons and {report.Options.Steps} steps, {report.Paths} exact paths, {Wording.Duration(TimeSpan.FromSeconds(report.Seconds))}"
        );
    }

    private static void WriteComparison(IAnsiConsole console, LazyReport report)
    {
        var table = new Table().Border(TableBorder.Simple).Title("dynamics beside the optimal law");
        foreach (var name in ComparisonTable.Short)
            table.AddColumn(name, column => column.NoWrap());
        foreach (var net in report.Comparison)
            table.AddRow([.. ComparisonTable.Cells(net).Select(cell => new Text(cell))]);
        console.Write(table);
        foreach (var rate in report.Rates)
            Console.Out.WriteLine($"  {rate.Name}: exponent {Fitted(rate)} (theory: {Short(rate.Expected)})");
    }

    private static string Fitted(ConvergenceRate rate) =>
        rate.Obstacle is { } obstacle
            ? $"- ({obstacle})"
            : $"{rate.Exponent.ToString("F3", CultureInfo.InvariantCulture)} ± {rate.StandardError.ToString("F3", CultureInfo.InvariantCulture)}";

    private static void WriteLedger(IAnsiConsole console, IReadOnlyList<LedgerRow> ledger)
    {
        var table = new Table().Border(TableBorder.Simple).Title("guarantees");
        table.AddColumns("guarantee", "promise", "bound", "measured", "slack", "");
        foreach (var row in ledger)
            table.AddRow(
                new Text(row.Guarantee.Name),
                new Text(row.Guarantee.Statement),
                new Text(Short(row.Bound)),
                new Text(
                    row.Measured.Value.Value is { } value
                        ? Wording.Measured(value, row.Measured.StandardError.Value) is var (number, error)
                            ? error.Length > 0
                                ? $"{number} ± {error}"
                                : number
                            : ""
                        : "-"
                ),
                new Text(Short(row.Slack)),
                new Text(Verdict(row))
            );
        console.Write(table);
    }

    private static string Verdict(LedgerRow row) =>
        row.Bound is null ? "no bound"
        : row.IsVacuous ? "vacuous"
        : row.Holds switch
        {
            true => "holds",
            false => "FAILS",
            null => "not measured",
        };

    /// <summary>0, or 3 where a guarantee fails or the minimiser is not certified.</summary>
    public static int ExitCode(LazyReport report) => Failures(report).Any() ? Failed : 0;

    /// <summary>What a user should know: guarantees that fail, and why there is no certificate.</summary>
    public static IEnumerable<string> Failures(LazyReport report)
    {
        foreach (var row in report.Ledger.Where(row => row.Holds is false))
            yield return $"fails: {row.Guarantee.Name}: {row.Guarantee.Statement}; a larger --particles, --replicas or --paths lowers the errors";
        if (!report.Solution.Certificate.IsCertified)
            yield return $"the minimiser is not certified: {report.Solution.Certificate.Obstacle}";
    }

    private static string Short(double? number) => number?.ToString("G5", CultureInfo.InvariantCulture) ?? "-";
}

using System.Globalization;
using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine.Bridges;
using Spectre.Console;

namespace MeanField.Cli;

/// <summary>A Foellmer process for people: what was measured, and every identity with its verdict.</summary>
internal static class FoellmerText
{
    private const int Failed = 3;

    /// <summary>Writes the tables to standard output.</summary>
    public static void Write(Screen screen, Problem problem, FoellmerReport report)
    {
        ResultTable.Write(
            screen.Output,
            problem.Title,
            FoellmerJson
                .Named(report)
                .Select(named => new ResultRow(
                    named.Key,
                    named.Value.Value.Value,
                    named.Value.StandardError.Value,
                    named.Value.Value.Reason ?? ""
                ))
        );
        var table = new Table().Border(TableBorder.Simple);
        table.AddColumns("identity", "found", "expected", "error", "known bias", "");
        foreach (var one in report.Comparisons)
            table.AddRow(
                new Text(one.Name),
                new Text(Short(one.Value)),
                new Text(Short(one.Expected)),
                new Text(Brief(one.StandardError)),
                new Text(Brief(one.Allowance)),
                new Text(
                    one.Holds ? "holds"
                    : one.IsResolved ? "FAILS"
                    : "too coarse"
                )
            );
        screen.Output.Write(table);
        foreach (var (from, form) in report.Forms)
            Console.Out.WriteLine($"  u* from t = {from.ToString("G6", CultureInfo.InvariantCulture)}: {form}");
        Console.Out.WriteLine(
            $"  two forms of u* differ by at most {Brief(report.ControlError)}; {report.Paths} paths of {report.Steps} steps, {Wording.Duration(TimeSpan.FromSeconds(report.Seconds))}"
        );
    }

    /// <summary>Writes to standard error what fails; answers 0, or 3 where something does.</summary>
    public static int Conclude(FoellmerReport report)
    {
        foreach (var one in report.Comparisons.Where(one => !one.Holds))
            Console.Error.WriteLine(
                one.IsResolved
                    ? $"fails: {one.Name}; more --steps lower a bias of the time step, more --paths an error, and u* itself is known to {Brief(report.ControlError)}"
                    : $"not judged: {one.Name}: its error is too large; take more --steps and --paths"
            );
        if (report.Solution.Certificate.Obstacle is { } obstacle)
            Console.Error.WriteLine($"the minimiser is not certified: {obstacle}");
        return report.Comparisons.All(one => one.Holds) && report.Solution.Certificate.IsCertified ? 0 : Failed;
    }

    private static string Short(double number) => number.ToString("G8", CultureInfo.InvariantCulture);

    private static string Brief(double number) => number.ToString("G2", CultureInfo.InvariantCulture);
}

using System.Globalization;
using MeanField.Cli.Terminal;
using MeanField.Core;
using MeanField.Engine.Minimisers;
using Spectre.Console;

namespace MeanField.Cli;

/// <summary>A solution for people: a table, what is certified and to what.</summary>
internal static class SolveReport
{
    private const int NotCertified = 3;

    // Wider laws are in the JSON object.
    private const int LargestShownLaw = 6;

    /// <summary>0, or 3 for a solution without a certificate.</summary>
    public static int ExitCode(Solution solution) => solution.Certificate.IsCertified ? 0 : NotCertified;

    /// <summary>Writes the table of a solution and where F* lies to standard output.</summary>
    public static void Write(Screen screen, Problem problem, Solution solution)
    {
        ResultTable.Write(screen.Output, problem.Title, Rows(solution));
        Console.Out.WriteLine($"  {Verdict(solution)}");
        Console.Out.WriteLine($"  {Method(solution)}");
    }

    /// <summary>Writes how far a run is above the minimum.</summary>
    public static void Write(Screen screen, RunExcess excess) =>
        ResultTable.Write(
            screen.Output,
            $"{excess.Folder} against the minimiser",
            excess
                .Named()
                .Select(named => new ResultRow(
                    named.Key,
                    named.Value.Value.Value,
                    named.Value.StandardError.Value,
                    named.Value.Value.Reason ?? ""
                ))
        );

    /// <summary>Writes the table of a path: a row for each inverse temperature.</summary>
    public static void Write(Screen screen, Problem problem, double[] betas, IReadOnlyList<Solution> solutions, string folder)
    {
        var table = new Table().Border(TableBorder.Simple).Title(Markup.Escape(problem.Title));
        table.AddColumns("beta", "freeEnergy", "risk", "kl", "logZ", "certified");
        foreach (var (beta, solution) in betas.Zip(solutions))
            table.AddRow([
                .. new[]
                {
                    beta,
                    solution.Certificate.FreeEnergy.Value.Value,
                    solution.Risk.Value.Value,
                    solution.Divergence.Value.Value,
                    solution.LogZ.Value.Value,
                }.Select(number => new Text(number is { } value ? Wording.Measured(value, null).Value : "-")),
                new Text(solution.Certificate.IsCertified ? "yes" : "no"),
            ]);
        screen.Output.Write(table);
        Console.Out.WriteLine($"  written to {folder}");
    }

    /// <summary>What neurons were drawn, and how exactly.</summary>
    public static string Sampled(NeuronSample sample) =>
        FormattableString.Invariant($"{sample.Rows.Length / sample.Dimension} neurons drawn; ")
        + (
            sample.Distance.Value is { } distance
                ? FormattableString.Invariant($"total variation distance of their law about {distance:G2}")
                : sample.Distance.Reason
        );

    /// <summary>Writes to standard error why there is no certificate, and what to do; <paramref name="which"/> names the solution.</summary>
    public static void WriteObstacle(Solution solution, string which = "")
    {
        if (solution.Certificate.Obstacle is { } obstacle)
            Console.Error.WriteLine($"not certified{which}: {obstacle}; {Remedy(solution)}");
    }

    private static IEnumerable<ResultRow> Rows(Solution solution) =>
        SolutionJson
            .Named(solution)
            .Where(named => named.Value.Value.Value is not null)
            .Select(named => new ResultRow(named.Key, named.Value.Value.Value, named.Value.StandardError.Value))
            .Concat(LawRows(solution));

    private static IEnumerable<ResultRow> LawRows(Solution solution)
    {
        var (law, errors) = (solution.Law, solution.LawErrors);
        var width = law.Mean.Length;
        if (width > LargestShownLaw)
            yield break;
        for (var i = 0; i < width; i++)
            yield return new ResultRow($"mean[{i + 1}]", law.Mean[i], errors?.Mean[i]);
        for (var i = 0; i < width; i++)
        for (var j = i; j < width; j++)
            yield return new ResultRow($"covariance[{i + 1},{j + 1}]", law.Covariance[i][j], errors?.Covariance[i][j]);
    }

    private static string Verdict(Solution solution) =>
        solution switch
        {
            { Certificate.Interval: not { } } => "nothing is known of F*: a bound is not finite",
            { Convexity: ConvexityKind.NotShown } => $"a critical point, F = {Wide(solution.Certificate.FreeEnergy.Value.Value ?? 0)}",
            { Certificate: { Interval: { } interval, IsCertified: var isCertified } } =>
                $"{(isCertified ? "certified" : "not certified")}: F* in [{Wide(interval.Low)}, {Wide(interval.High)}]{Level(interval)}{Condition(solution)}{OfNodes(solution)}",
        };

    private static string Level(Interval interval) =>
        interval.Level < 1 ? $" with probability {interval.Level.ToString(CultureInfo.InvariantCulture)}" : "";

    /// <summary>Where the nodes are the law nothing has to be said of them.</summary>
    private static string OfNodes(Solution solution) =>
        solution.Certificate.NodeError.Value.Value is 0 ? "" : ", for the nodes as they are";

    private static string Condition(Solution solution) =>
        solution.Convexity == ConvexityKind.Declared ? ", conditional on declared convexity" : "";

    private static string Method(Solution solution) =>
        $"{solution.Status} by {solution.Method}, {solution.Points.ToString(CultureInfo.InvariantCulture)} points, {Wording.Duration(TimeSpan.FromSeconds(solution.Seconds))}";

    private static string Remedy(Solution solution) =>
        solution switch
        {
            { Convexity: ConvexityKind.NotShown } =>
                "write convex = \"declared\" under [energy] if you know that it is: the certificate is then conditional on it",
            { Method: "quadrature", HasDual: true } => "take a larger --tolerance, a smaller energy.beta, or --method smc",
            _ => "take a larger --tolerance, or a smaller energy.beta",
        };

    private static string Wide(double number) => number.ToString("G14", CultureInfo.InvariantCulture);
}

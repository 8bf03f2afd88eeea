using MeanField.Cli.Terminal;
using MeanField.Engine.Runs;

namespace MeanField.Cli;

/// <summary>The end of a run for people (a table) or programs (one JSON object).</summary>
internal static class RunReport
{
    private const int NumericalFailure = 3;

    // Wider laws are in the JSON object and the particle files.
    private const int LargestShownLaw = 6;

    /// <summary>0, or 3 for a run that left the finite numbers.</summary>
    public static int ExitCode(RunResult result) => result.Status is RunStatus.NonFinite ? NumericalFailure : 0;

    /// <summary>Writes the result to standard output, and what a user should know of its status to standard error; <paramref name="file"/> is
    /// the problem file, which the command to go on with names.</summary>
    public static void Write(Screen screen, RunResult result, bool json, string file)
    {
        if (json)
            Console.Out.WriteLine(RunResultJson.Text(result));
        else
        {
            ResultTable.Write(screen.Output, Title(result), Rows(result));
            Console.Out.WriteLine(Closing(result));
        }
        var goOn = result.Status is RunStatus.Cancelled ? $"; go on by: workbench run {file} --resume {result.Folder}" : "";
        if (result.Status.Reason is { } reason)
            Console.Error.WriteLine($"{result.Status.Name}: {reason}; the last good state is in {result.Folder}{goOn}");
    }

    private static string Title(RunResult result)
    {
        var settings = result.Settings;
        return FormattableString.Invariant(
            $"{settings.Dynamics}: {settings.Replicas} x {settings.Particles} particles, {settings.Steps} steps"
        );
    }

    private static IEnumerable<ResultRow> Rows(RunResult result) =>
        result
            .Estimates.Named()
            .Where(named => named.Value.Value.Value is not null)
            .Select(named => Row(named.Key, named.Value))
            .Concat(LawRows(result));

    private static string Closing(RunResult result)
    {
        var speed = result.PairsPerSecond.Value is { } rate ? $", {Wording.Rate(rate, "pairs")}" : "";
        var seconds = TimeSpan.FromSeconds(result.Seconds.Value ?? 0);
        return $"  {Wording.Duration(seconds)}{speed}; written to {result.Folder}";
    }

    private static ResultRow Row(string name, Estimate estimate)
    {
        var naive = estimate.StandardError.Value is null ? estimate.PlugInError.Value : null;
        return new ResultRow(
            name,
            estimate.Value.Value,
            estimate.StandardError.Value ?? naive,
            naive is null ? "" : "naive error: one replica"
        );
    }

    private static IEnumerable<ResultRow> LawRows(RunResult result)
    {
        var law = result.Law;
        return law.Mean.Length > LargestShownLaw
            ? []
            : law
                .Mean.Select((mean, i) => new ResultRow($"mean[{i + 1}]", mean, law.MeanErrors?[i]))
                .Concat(law.Covariance.Select((row, i) => new ResultRow($"variance[{i + 1}]", row[i], law.CovarianceErrors?[i][i])));
    }
}

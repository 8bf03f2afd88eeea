using System.CommandLine;

namespace MeanField.Cli;

/// <summary>'workbench report DIR': one self-contained HTML file.</summary>
internal sealed class ReportCommand : Command
{
    private const double SolveSeconds = 30;

    private readonly Argument<string> folder = new("DIR") { Description = "a folder that run, solve, bridge, lazy or sweep has written" };

    private readonly Option<string> figure = new("--figure")
    {
        Description = "write one figure instead: NAME.svg, NAME.png or NAME.pdf",
        HelpName = "NAME",
    };

    private readonly Option<string> table = new("--table")
    {
        Description = "write one table, or the numbers of a figure, instead: NAME.csv or NAME.tex (booktabs)",
        HelpName = "NAME",
    };

    private readonly Option<double> solve = new("--solve")
    {
        Description = $"seconds for which the minimiser of a run's problem is sought (default: {SolveSeconds}; 0: not at all)",
        HelpName = "SECONDS",
        DefaultValueFactory = _ => SolveSeconds,
    };

    public ReportCommand(IWorkbench workbench, GlobalOptions options, CancellationToken cancel)
        : base("report", "one self-contained HTML file with plots, tables and the derivation")
    {
        Add(folder);
        Add(figure);
        Add(table);
        Add(solve);
        SetAction(result => workbench.Report(Read(result, options.Read(result)), cancel));
    }

    private ReportRequest Read(ParseResult result, CommonRequest common)
    {
        if (common.Settings.Count > 0)
            throw Refused("--set", "a call without it: the folder is what it is", "run the problem again with it");
        var (one, other) = (result.GetValue(figure), result.GetValue(table));
        if (one is not null && other is not null)
            throw Refused("--figure and --table together", "one of the two", "call the command twice");
        var seconds = result.GetValue(solve);
        return seconds is >= 0 and <= 1e9
            ? new ReportRequest(result.GetRequiredValue(folder), one, other, seconds, common)
            : throw Refused($"--solve {seconds}", "a number of seconds from 0 on", "");
    }

    private static Exception Refused(string found, string expected, string remedy) =>
        Usage.Invalid("workbench report", found, expected, "", remedy);
}

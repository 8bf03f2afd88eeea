using System.CommandLine;

namespace MeanField.Cli;

/// <summary>'workbench predict RUNDIR data.csv': the trained net's outputs.</summary>
internal sealed class PredictCommand : Command
{
    private readonly Argument<string> folder = new("RUNDIR") { Description = "a run folder" };

    private readonly Argument<string> data = new("DATA")
    {
        Description = "a CSV file with the net's inputs: by name where the run read a data file, else in order",
    };

    public PredictCommand(IWorkbench workbench, GlobalOptions options, CancellationToken cancel)
        : base("predict", "the trained net's outputs, in the units of its target")
    {
        Add(folder);
        Add(data);
        SetAction(result => workbench.Predict(Read(result, options.Read(result)), cancel));
    }

    private PredictRequest Read(ParseResult result, CommonRequest common) =>
        common switch
        {
            { OutputFolder: not null } or { Force: true } => throw Refused(
                "--out or --force",
                "a call without them: predict prints and writes no folder",
                "redirect its output into a file"
            ),
            { Settings.Count: > 0 } => throw Refused(
                "--set",
                "a call without it: the net is what the run has made",
                "run the problem again with it"
            ),
            _ => new(result.GetRequiredValue(folder), result.GetRequiredValue(data), common),
        };

    private static Exception Refused(string found, string expected, string remedy) =>
        Usage.Invalid("workbench predict", found, expected, "", remedy);
}

using System.CommandLine;

namespace MeanField.Cli;

/// <summary>'workbench sweep SWEEP.toml': a grid of runs or solutions into one table.</summary>
internal sealed class SweepCommand : Command
{
    private readonly Argument<string> file = new("SWEEP") { Description = "the sweep file: a problem, a command and a grid of keys" };

    private readonly Option<string> resume = new("--resume")
    {
        Description = "go on with the sweep in this folder: only the cells that are missing are done",
        HelpName = "DIR",
    };

    private readonly Option<string> checkpoint = KeepingOptions.Checkpoint(
        "seconds from one checkpoint of a cell to the next; 0 for one at every step (default: 30)"
    );

    public SweepCommand(IWorkbench workbench, GlobalOptions options, CancellationToken cancel)
        : base("sweep", "a grid of runs, resumable, into one table")
    {
        Add(file);
        Add(resume);
        Add(checkpoint);
        SetAction(result => workbench.Sweep(Read(result, options.Read(result)), cancel));
    }

    private SweepRequest Read(ParseResult result, CommonRequest common) =>
        result.GetValue(resume) is not null && (common.OutputFolder is not null || common.Force)
            ? throw Usage.Invalid(
                "workbench sweep --resume",
                "--out or --force",
                "a call without them: the sweep goes on in its own folder",
                "",
                "leave them out"
            )
            : new(result.GetRequiredValue(file), result.GetValue(resume), KeepingOptions.ReadSeconds(result.GetValue(checkpoint)), common);
}

using System.CommandLine;

namespace MeanField.Cli;

/// <summary>'workbench bench [FILE]': how fast this machine takes the steps of a problem, as a share of its peak.</summary>
internal sealed class BenchCommand : Command
{
    private readonly Argument<string?> file = new("FILE")
    {
        Description = "the problem file (default: a sine on an interval)",
        Arity = ArgumentArity.ZeroOrOne,
    };

    private readonly Option<bool> ranks = new("--ranks")
    {
        Description = "under mpirun: what the processes exchange, how fast, and what more of them would gain",
    };

    public BenchCommand(IWorkbench workbench, GlobalOptions options, CancellationToken cancel)
        : base("bench", "the kernels' speed on this machine, the share of its peak, a forecast for the file")
    {
        Add(file);
        Add(ranks);
        SetAction(result => workbench.Bench(Read(result, options.Read(result)), cancel));
    }

    private BenchRequest Read(ParseResult result, CommonRequest common) =>
        common is { OutputFolder: null, Force: false }
            ? new(result.GetValue(file), result.GetValue(ranks), common)
            : throw Usage.Invalid(
                "workbench bench",
                "--out or --force",
                "a call without them: bench prints and writes no folder",
                "",
                "redirect its output into a file"
            );
}

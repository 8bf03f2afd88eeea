using MeanField.Cli.Terminal;
using MeanField.Engine.Collectives;
using MeanField.Studio.Jobs;

namespace MeanField.Cli;

/// <summary>The command line as the studio uses it: the same words, requests and calls, with streams of their own.</summary>
internal sealed class CommandsOfStudio(IWorkbench workbench) : ICommands
{
    public int Run(IReadOnlyList<string> arguments, ICommandListener listener, CancellationToken cancel) =>
        JobStreams.During(listener, () => new CommandLine(workbench, OneProcess.Alone).Run([.. arguments], cancel));
}

using System.CommandLine;

namespace MeanField.Cli;

/// <summary>'workbench bridge FILE': the Foellmer process of a problem, or the Schroedinger bridge between the two laws of its [bridge].</summary>
internal sealed class BridgeCommand : Command
{
    private readonly Argument<string> file = new("FILE") { Description = "the problem file" };

    public BridgeCommand(IWorkbench workbench, GlobalOptions options, CancellationToken cancel)
        : base("bridge", "Foellmer process and Schroedinger bridge")
    {
        Add(file);
        SetAction(result => workbench.Bridge(new BridgeRequest(result.GetRequiredValue(file), options.Read(result)), cancel));
    }
}

using System.Text.Json.Nodes;
using MeanField.Cli.Terminal;
using MeanField.Studio;

namespace MeanField.Cli;

/// <summary>One call of 'workbench studio'.</summary>
internal sealed class StudioCall(StudioRequest request, IWorkbench workbench)
{
    /// <summary>Serves until it is cancelled, which is how a studio ends.</summary>
    public int Run(CancellationToken cancel)
    {
        JobStreams.Divide();
        StudioServer.Serve(request.Port, new CommandsOfStudio(workbench), Tell, cancel).GetAwaiter().GetResult();
        return 0;
    }

    private void Tell(Uri address) =>
        Console.Out.WriteLine(
            request.Common.Json
                ? new JsonObject { ["address"] = address.ToString() }.ToJsonString(JsonLayout.Options)
                : $"the studio listens on {address}{Environment.NewLine}open this address in a browser; stop with Ctrl-C"
        );
}

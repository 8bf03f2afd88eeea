using System.CommandLine;
using System.Globalization;

namespace MeanField.Cli;

/// <summary>'workbench studio': the local web workbench.</summary>
internal sealed class StudioCommand : Command
{
    private readonly Option<string> port = new("--port")
    {
        Description = "the port on 127.0.0.1, 1 to 65535 (default: a free one)",
        HelpName = "N",
    };

    public StudioCommand(IWorkbench workbench, GlobalOptions options, CancellationToken cancel)
        : base("studio", "the local web workbench on 127.0.0.1")
    {
        Add(port);
        SetAction(result => workbench.Studio(Read(result, options.Read(result)), cancel));
    }

    private StudioRequest Read(ParseResult result, CommonRequest common) =>
        common is { OutputFolder: null, Force: false, Settings: [] }
            ? new(ReadPort(result.GetValue(port)), common)
            : throw Usage.Invalid(
                "workbench studio",
                "--out, --force or --set",
                "a call without them: problems and their folders are chosen in the browser",
                "",
                "leave them out"
            );

    private static int ReadPort(string? text) =>
        text is null ? 0
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var number) && number is > 0 and <= 65535 ? number
        : throw Usage.Invalid("--port", $"'{text}'", "a whole number from 1 to 65535", "", "leave it out to take one that is free");
}

using System.CommandLine;
using System.Globalization;

namespace MeanField.Cli;

/// <summary>The options --checkpoint and --resume of a command.</summary>
internal sealed class KeepingOptions
{
    private readonly Option<string> checkpoint = Checkpoint(
        "seconds from one checkpoint in the output folder to the next; 0 for one at every step (default: 30, where there is a folder)"
    );

    private readonly Option<string> resume = new("--resume")
    {
        Description = "go on in this folder with the same command, which was interrupted there, to the bits that it would have had",
        HelpName = "DIR",
    };

    /// <summary>Both.</summary>
    public IEnumerable<Option<string>> All => [checkpoint, resume];

    /// <summary>What was asked, checked.</summary>
    public Keeping Read(ParseResult result, CommonRequest common)
    {
        var keeping = new Keeping(ReadSeconds(result.GetValue(checkpoint)), result.GetValue(resume));
        return keeping.Resume is not null && (common.OutputFolder is not null || common.Force)
            ? throw Usage.Invalid(
                $"workbench {result.CommandResult.Command.Name} --resume",
                "--out or --force",
                "a call without them: the work goes on in its own folder",
                "",
                "leave them out"
            )
            : keeping;
    }

    /// <summary>The option --checkpoint of a command.</summary>
    public static Option<string> Checkpoint(string description) => new("--checkpoint") { Description = description, HelpName = "SECONDS" };

    /// <summary>The seconds of --checkpoint.</summary>
    public static double? ReadSeconds(string? text) =>
        text is null ? null
        : double.TryParse(text, NumberStyles.AllowDecimalPoint, CultureInfo.InvariantCulture, out var seconds) && double.IsFinite(seconds)
            ? seconds
        : throw Usage.Invalid("--checkpoint", $"'{text}'", "a number of seconds, 0 or more", "", "leave it out for one every 30 seconds");
}

using System.CommandLine;
using System.Globalization;

namespace MeanField.Cli;

/// <summary>'workbench bridge FILE': the Foellmer process of a problem, or the Schroedinger bridge between the two laws of its [bridge].</summary>
internal sealed class BridgeCommand : Command
{
    /// <summary>Every number of [bridge] is an option of the same name: it replaces the key, and the reader of the file checks it.</summary>
    private static readonly (string Key, string Hint, string Description)[] Keys =
    [
        ("tolerance", "E", "largest error of the end's law between points, summed over them (default: 1e-8)"),
        ("points", "N", "points drawn of a law that is neither points nor integrated by a rule (default: 2000)"),
        ("seed", "N", "seed of these points and of paths (default: 1)"),
    ];

    private readonly Argument<string> file = new("FILE") { Description = "the problem file" };

    private readonly Option<string>[] settings =
    [
        .. Keys.Select(row => new Option<string>($"--{row.Key}") { Description = row.Description, HelpName = row.Hint }),
    ];

    private readonly Option<string> paths = new("--paths")
    {
        Description = "write N exact paths between the two laws to paths.npy",
        HelpName = "N",
    };

    public BridgeCommand(IWorkbench workbench, GlobalOptions options, CancellationToken cancel)
        : base("bridge", "Foellmer process and Schroedinger bridge")
    {
        Add(file);
        foreach (var option in settings.Append(paths))
            Add(option);
        SetAction(result => workbench.Bridge(Read(result, options), cancel));
    }

    private BridgeRequest Read(ParseResult result, GlobalOptions options) =>
        new(result.GetRequiredValue(file), ReadPaths(result.GetValue(paths)), options.Read(result, Settings(result)));

    private static int? ReadPaths(string? text) =>
        text is null ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count
        : throw Usage.Invalid("--paths", $"'{text}'", "a whole number from 1", "", "leave it out for no paths");

    private IEnumerable<string> Settings(ParseResult result) =>
        Keys.Zip(settings, (row, option) => (row.Key, Value: result.GetValue(option)))
            .Where(given => given.Value is not null)
            .Select(given => $"bridge.{given.Key}={given.Value}");
}

using System.CommandLine;
using MeanField.Engine.Bridges;

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

    private readonly WholeOption paths = new(
        "--paths",
        "N",
        1,
        "paths of the Foellmer process, of each kind (default: 10000); between two laws, exact paths that are written to paths.npy"
    );

    private readonly WholeOption steps = new("--steps", "K", 2, "time steps of a path (default: 100)");

    private readonly Option<string> table = new("--table")
    {
        Description =
            "write value function, density and drift at a grid of neurons and times, such as \"a=-3:3:61,t=0:1:5\", to table.csv and table.parquet",
        HelpName = "GRID",
    };

    private readonly KeepingOptions keeping = new();

    public BridgeCommand(IWorkbench workbench, GlobalOptions options, CancellationToken cancel)
        : base("bridge", "Foellmer process and Schroedinger bridge")
    {
        Add(file);
        foreach (var option in (Option[])[.. settings, paths, steps, table, .. keeping.All])
            Add(option);
        SetAction(result => workbench.Bridge(Read(result, options), cancel));
    }

    private BridgeRequest Read(ParseResult result, GlobalOptions options)
    {
        var common = options.Read(result, Settings(result));
        return new BridgeRequest(
            result.GetRequiredValue(file),
            paths.Read(result),
            steps.Read(result),
            result.GetValue(table),
            keeping.Read(result, common),
            common
        );
    }

    private IEnumerable<string> Settings(ParseResult result) =>
        Keys.Zip(settings, (row, option) => (row.Key, Value: result.GetValue(option)))
            .Where(given => given.Value is not null)
            .Select(given => $"bridge.{given.Key}={given.Value}");
}

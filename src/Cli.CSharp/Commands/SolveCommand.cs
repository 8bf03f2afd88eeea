using System.CommandLine;
using System.Globalization;

namespace MeanField.Cli;

/// <summary>'workbench solve FILE': the Gibbs minimiser with its certificate.</summary>
internal sealed class SolveCommand : Command
{
    /// <summary>Every key of [solve] is an option of the same name: it replaces the key, and the reader of the file checks it.</summary>
    private static readonly (string Key, string Hint, string Description)[] Keys =
    [
        ("method", "NAME", "auto, quadrature, importance, smc or langevin"),
        ("seed", "N", "seed of sampled expectations and of --samples (default: 1)"),
        ("tolerance", "E", "largest gap plus error, relative to max(1, |F|) (default: 1e-8, 1e-2 for sampled expectations)"),
    ];

    private readonly Argument<string> file = new("FILE") { Description = "the problem file" };

    private readonly Option<string>[] settings =
    [
        .. Keys.Select(row => new Option<string>($"--{row.Key}") { Description = row.Description, HelpName = row.Hint }),
    ];

    private readonly Option<string> samples = new("--samples")
    {
        Description = "write N neurons of the minimiser to samples.npy",
        HelpName = "N",
    };

    private readonly Option<string> compare = new("--compare")
    {
        Description = "how far the run in this folder is above the minimum",
        HelpName = "RUNDIR",
    };

    private readonly Option<string> beta = new("--beta")
    {
        Description = "a path of minimisers, each started from the one before: A:B:N at equal distances, A:B:Nlog at equal ratios",
        HelpName = "A:B:Nlog",
    };

    private readonly Option<string> grid = new("--grid")
    {
        Description = "write the net at a grid of inputs to fhat.csv, such as \"x=-1:1:201\" or \"x1=-1:1:21,x2=0:1:11\"",
        HelpName = "GRID",
    };

    private readonly KeepingOptions keeping = new();

    public SolveCommand(IWorkbench workbench, GlobalOptions options, CancellationToken cancel)
        : base("solve", "the Gibbs minimiser with its certificate")
    {
        Add(file);
        foreach (var option in settings.Concat([samples, compare, beta, grid, .. keeping.All]))
            Add(option);
        SetAction(result => workbench.Solve(Read(result, options), cancel));
    }

    private SolveRequest Read(ParseResult result, GlobalOptions options)
    {
        var common = options.Read(result, Settings(result));
        var request = new SolveRequest(
            result.GetRequiredValue(file),
            ReadSamples(result.GetValue(samples)),
            result.GetValue(compare),
            result.GetValue(beta) is { } range ? ReadPath(range) : null,
            result.GetValue(grid),
            keeping.Read(result, common),
            common
        );
        return request is { Path: not null } and not { Samples: null, Compare: null, Grid: null }
            ? throw Usage.Invalid(
                "workbench solve --beta",
                "a path together with --samples, --compare or --grid",
                "one of them",
                "",
                "solve for one beta by --set energy.beta=VALUE"
            )
            : request;
    }

    private static int? ReadSamples(string? text) =>
        text is null ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var count) && count > 0 ? count
        : throw Usage.Invalid("--samples", $"'{text}'", "a whole number from 1", "", "leave it out for no samples");

    private static NumberRange ReadPath(string text)
    {
        var range = NumberRange.Read(text, "--beta");
        return range is { Low: > 0, High: > 0 }
            ? range
            : throw Usage.Invalid("--beta", $"'{text}'", "positive ends: inverse temperatures", "", "see 'workbench solve --help'");
    }

    private IEnumerable<string> Settings(ParseResult result) =>
        Keys.Zip(settings, (row, option) => (row.Key, Value: result.GetValue(option)))
            .Where(given => given.Value is not null)
            .Select(given => $"solve.{given.Key}={given.Value}");
}

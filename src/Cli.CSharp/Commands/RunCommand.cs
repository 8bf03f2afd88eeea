using System.CommandLine;
using System.Globalization;

namespace MeanField.Cli;

/// <summary>'workbench run FILE': a compiled particle simulation into a run folder.</summary>
internal sealed class RunCommand : Command
{
    /// <summary>Every key of [run] is an option of the same name: it replaces the key, and the reader of the file checks it.</summary>
    private static readonly (string Key, string Hint, string Description)[] Keys =
    [
        ("dynamics", "NAME", "greedy, sgd, langevin or foellmer"),
        ("particles", "N", "neurons of one ensemble"),
        ("steps", "K", "time steps"),
        ("horizon", "T", "total time (default: tau)"),
        ("seed", "S", "seed of all noise"),
        ("precision", "P", "double, single or mixed"),
        ("scheme", "NAME", "euler, heun or exponential"),
        ("start", "LAW", "zero, prior or a .npy file"),
        ("batch", "B", "fresh samples a step, or full"),
        ("replicas", "R", "independent ensembles, for standard errors"),
        ("record", "ROWS", "about how many rows of metrics"),
        ("snapshots", "M", "how many particle snapshots"),
    ];

    private readonly Argument<string> file = new("FILE") { Description = "the problem file" };

    private readonly Option<string>[] settings =
    [
        .. Keys.Select(row => new Option<string>($"--{row.Key}") { Description = row.Description, HelpName = row.Hint }),
    ];

    private readonly Option<string> noiseLevel = new("--noise-level")
    {
        Description = "draw the noise on a grid 2^L times as fine: a run with 2^L times the steps sees the same path (default: 0)",
        HelpName = "L",
    };

    private readonly Option<bool> bridges = new("--kl")
    {
        Description = "narrow the bracket of the divergence of one neuron's law by averages over Brownian bridges",
    };

    private readonly Option<bool> excess = new("--excess")
    {
        Description = "solve for the minimiser and measure both sides of the identity of the excess J - F* along the paths",
    };

    private readonly Option<string> checkpoint = new("--checkpoint")
    {
        Description = "seconds from one checkpoint to the next; 0 for one whenever the disk is free (default: 30)",
        HelpName = "SECONDS",
    };

    private readonly WholeOption checkpointSteps = new(
        "--checkpoint-steps",
        "N",
        1,
        "a checkpoint every so many steps, beside those by time (default: by time alone)"
    );

    private readonly Option<string> resume = new("--resume")
    {
        Description = "go on with the interrupted run in this folder, with its options, to the bits that it would have had",
        HelpName = "DIR",
    };

    private readonly Option<string> repeat = new("--repeat")
    {
        Description = "run again with the options of this folder's run and compare the results",
        HelpName = "DIR",
    };

    private readonly Option<string> targetError = new("--target-error")
    {
        Description = "instead of one run: the risk in the limit of particles and steps to this standard error, by multilevel Monte Carlo",
        HelpName = "E",
    };

    private readonly Option<bool> forecast = new("--forecast")
    {
        Description = "say what time and memory the run will take, by a few of its steps, and do not run",
    };

    public RunCommand(IWorkbench workbench, GlobalOptions options, CancellationToken cancel)
        : base("run", "a compiled particle simulation into a run folder")
    {
        Add(file);
        IEnumerable<Option> own = [noiseLevel, bridges, excess, targetError, forecast, checkpoint, checkpointSteps, resume, repeat];
        foreach (var option in settings.Concat(own))
            Add(option);
        SetAction(result => workbench.Run(Read(result, options), cancel));
    }

    private RunRequest Read(ParseResult result, GlobalOptions options) =>
        Checked(
            new RunRequest(
                result.GetRequiredValue(file),
                ReadNoiseLevel(result.GetValue(noiseLevel)),
                result.GetValue(bridges),
                result.GetValue(excess),
                KeepingOptions.ReadSeconds(result.GetValue(checkpoint)) ?? Keeping.DefaultSeconds,
                checkpointSteps.Read(result),
                result.GetValue(resume),
                result.GetValue(repeat),
                ReadTarget(result.GetValue(targetError)),
                result.GetValue(forecast),
                options.Read(result, Settings(result))
            )
        );

    /// <summary>A request whose options go together.</summary>
    private static RunRequest Checked(RunRequest request) =>
        request switch
        {
            { Forecast: true } and not { TargetError: null, Resume: null, Repeat: null } => throw Usage.Invalid(
                "workbench run --forecast",
                "--target-error, --resume or --repeat",
                "a call without them: the forecast is of a whole run",
                "",
                "leave them out"
            ),
            { TargetError: not null } and not { Resume: null, Repeat: null, Bridges: false, Compares: false, NoiseLevel: null } =>
                throw Usage.Invalid(
                    "workbench run --target-error",
                    "--resume, --repeat, --kl, --excess or --noise-level",
                    "a call without them: many ensembles are run, each on grids of its own",
                    "",
                    "leave them out"
                ),
            { Resume: not null, Repeat: not null } => throw Usage.Invalid(
                "workbench run",
                "--resume and --repeat",
                "one of them",
                "",
                "resume an interrupted run, repeat a completed one"
            ),
            { Resume: not null, Common: { OutputFolder: not null } or { Force: true } } => throw Usage.Invalid(
                "workbench run --resume",
                "--out or --force",
                "a call without them: the run goes on in its own folder",
                "",
                "leave them out"
            ),
            _ => request,
        };

    // 2^20 draws a step are more than any run needs.
    private static int? ReadNoiseLevel(string? text) =>
        text is null ? null
        : int.TryParse(text, NumberStyles.None, CultureInfo.InvariantCulture, out var level) && level <= 20 ? level
        : throw Usage.Invalid("--noise-level", $"'{text}'", "a whole number from 0 to 20", "", "leave it out for one draw a step");

    private static double? ReadTarget(string? text) =>
        text is null ? null
        : double.TryParse(text, NumberStyles.Float, CultureInfo.InvariantCulture, out var error) && double.IsFinite(error) && error > 0
            ? error
        : throw Usage.Invalid("--target-error", $"'{text}'", "a positive number, the standard error of the risk", "", "for example 1e-4");

    private IEnumerable<string> Settings(ParseResult result) =>
        Keys.Zip(settings, (row, option) => (row.Key, Value: result.GetValue(option)))
            .Where(given => given.Value is not null)
            .Select(given => $"run.{given.Key}={given.Value}");
}

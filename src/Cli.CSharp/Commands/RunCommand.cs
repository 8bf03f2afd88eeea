using System.CommandLine;

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

    private readonly Option[] unbuilt =
    [
        new Option<string>("--resume") { Description = "continue an interrupted run (not built yet)", HelpName = "DIR" },
        new Option<string>("--repeat") { Description = "run a folder again and compare (not built yet)", HelpName = "DIR" },
        new Option<bool>("--kl") { Description = "bracket the divergence of one neuron's law (not built yet)" },
        new Option<bool>("--excess") { Description = "both sides of the excess identity (not built yet)" },
        new Option<string>("--target-error") { Description = "run until this standard error (not built yet)", HelpName = "E" },
        new Option<bool>("--forecast") { Description = "time and memory before the run (not built yet)" },
    ];

    public RunCommand(IWorkbench workbench, GlobalOptions options, CancellationToken cancel)
        : base("run", "a compiled particle simulation into a run folder")
    {
        Add(file);
        foreach (var option in settings.Concat(unbuilt))
            Add(option);
        SetAction(result => workbench.Run(Read(result, options), cancel));
    }

    private RunRequest Read(ParseResult result, GlobalOptions options)
    {
        if (unbuilt.FirstOrDefault(option => result.GetResult(option) is { Implicit: false }) is { } asked)
            throw Usage.Unsupported(
                "workbench run",
                $"{asked.Name}, which is not built yet",
                $"an option that exists: {string.Join(", ", Usage.OptionNames(this).Except(unbuilt.Select(option => option.Name)))}",
                "leave it out"
            );
        return new(result.GetRequiredValue(file), options.Read(result, Settings(result)));
    }

    private IEnumerable<string> Settings(ParseResult result) =>
        Keys.Zip(settings, (row, option) => (row.Key, Value: result.GetValue(option)))
            .Where(given => given.Value is not null)
            .Select(given => $"run.{given.Key}={given.Value}");
}

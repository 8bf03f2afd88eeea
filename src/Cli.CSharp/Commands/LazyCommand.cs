using System.CommandLine;

namespace MeanField.Cli;

/// <summary>'workbench lazy FILE': how lazy a problem is, how far its dynamics end from the optimal law, and what the theorems promise.</summary>
internal sealed class LazyCommand : Command
{
    private readonly Argument<string> file = new("FILE") { Description = "the problem file" };

    private readonly WholeOption particles = new(
        "--particles",
        "N",
        2,
        "neurons of a simulated net (default: those of [run], at most 2000; 200 where mu* is sampled)"
    );
    private readonly WholeOption steps = new(
        "--steps",
        "K",
        2,
        "time steps, rounded up to an even number (default: those of [run], at most 100; 40 where mu* is sampled)"
    );
    private readonly WholeOption replicas = new("--replicas", "R", 2, "independent nets (default: 8; 4 where mu* is sampled)");
    private readonly WholeOption paths = new(
        "--paths",
        "M",
        2,
        "exact paths of the Foellmer process (default: 10000; 500 where mu* is sampled)"
    );

    private readonly KeepingOptions keeping = new();

    public LazyCommand(IWorkbench workbench, GlobalOptions options, CancellationToken cancel)
        : base("lazy", "laziness, and guarantees against measurement")
    {
        Add(file);
        foreach (var option in (Option[])[particles, steps, replicas, paths, .. keeping.All])
            Add(option);
        SetAction(result => workbench.Lazy(Read(result, options.Read(result, [])), cancel));
    }

    private LazyRequest Read(ParseResult result, CommonRequest common) =>
        new(
            result.GetRequiredValue(file),
            particles.Read(result),
            steps.Read(result),
            replicas.Read(result),
            paths.Read(result),
            keeping.Read(result, common),
            common
        );
}

namespace MeanField.Cli.Tests.Gallery;

/// <summary>All pages of the gallery, in their order.</summary>
internal static class GalleryPages
{
    private const int Columns = 3;

    public static IReadOnlyList<GalleryPage> All { get; } =
    [
        Run("01-sine", "net.svg", "The net after 400 steps and the optimal net beside the target.", "drift_greedy.b"),
        new(
            "examples/02-tanh-t1/problem.toml",
            "The law of the weight after 100 steps of the greedy dynamics, and under the minimiser mu*.",
            [
                "workbench run examples/02-tanh-t1/problem.toml --out runs/02-tanh-t1",
                "workbench solve examples/02-tanh-t1/problem.toml --compare runs/02-tanh-t1 --out runs/solution",
                Draw("02-tanh-t1", "marginal-w.svg"),
            ]
        ),
        Run("03-diabetes", "net.svg", "The net's output for each patient over what was measured.", "drift_greedy.b", " --solve 0"),
        Run("04-sparse-parity", "risk.svg", "The logistic loss over time; the trivial net has log 2.", "psi", " --solve 0")
            .With("--replicas 1"),
        Run("05-gaussian-mixture", "risk.svg", "The risk over time, one fresh sample a step.", "psi", " --solve 0")
            .With("--particles 200 --replicas 1 --record 50"),
        Run(
            "06-torus-deconvolution",
            "net.svg",
            "What the camera sees and what the law of the neurons would show it.",
            "psi",
            " --solve 0"
        ),
        Run("07-teacher-student", "risk.svg", "The risk over time, sixteen fresh inputs a step.", "f", " --solve 0"),
        Run("08-mmd-flow", "cloud.svg", "Where the particles are at the end: on the ring.", "psi", " --solve 0"),
        Run("09-d-optimal-design", "marginal-c.svg", "The law of c: a measurement at erf(c/sqrt(2)), hence most at -1, 0 and 1.", "psi"),
        Run("10-spikes", "cloud.svg", "Mass and place of the particles: three spikes, one of them negative.", "psi", " --solve 0"),
        Run("11-banana", "cloud.svg", "The sampled law.", "foellmer_drift"),
        Run("12-paired-weights", "risk.svg", "The logistic loss over time.", "drift_greedy.b", " --solve 0"),
        Run("13-anisotropic-prior", "marginal-a.svg", "The law of the output weight after the run, and under the minimiser.", "sigma"),
        Run(
            "14-laplace-prior",
            "marginal-b1.svg",
            "The law of b[1], a normal number that laplace(b[1]) turns into the weight.",
            "sigma",
            " --solve 0"
        ),
        Run("15-noiseless-flow", "net.svg", "The net at the end of the gradient flow beside the target.", "objective", " --solve 0"),
        Run("16-one-against-all", "cloud.svg", "Output weights of two of the three classes.", "objective", " --solve 0"),
        Run("17-repulsion", "cloud.svg", "Where the particles are: wider and flatter than the prior.", "psi"),
        new(
            "examples/18-breast-cancer/problem.toml",
            "The logistic loss over time.",
            [
                "workbench run examples/18-breast-cancer/problem.toml --out runs/18-breast-cancer",
                "workbench predict runs/18-breast-cancer examples/18-breast-cancer/test.csv",
                Draw("18-breast-cancer", "risk.svg", " --solve 0"),
            ]
        ),
        Run("19-digits", "net.svg", "The net's output for each image over its label.", "drift_greedy.b", " --solve 0"),
        Run("20-banana-langevin", "cloud.svg", "The sampled law.", "drift_langevin.b"),
        Bridge("22-gaussian-bridge", "paths.svg", "Seven paths of the bridge, the median and the band of nine paths in ten."),
        Bridge("23-two-clouds", "paths.svg", "Where three hundred paths are at the start, half way and at the end."),
        new(
            "examples/24-error-against-n/problem.toml",
            "The risk over the number of neurons.",
            [
                "workbench sweep examples/24-error-against-n/sweep.toml --out runs/24-error-against-n",
                "workbench verify examples/24-error-against-n/problem.toml --claim \"drift_greedy.b = -beta*E[x~pi]((f(x) - fhat(x))*x)\"",
                Draw("24-error-against-n", "sweep-risk.svg"),
            ]
        ),
        Run("25-single-index", "marginal-b1.svg", "The law of the weight of the one input that matters.", "drift_greedy.b", " --solve 0"),
        new(
            "examples/02-tanh-t1/sweep.toml",
            "The index of laziness over temperature and prior variance, the regime, and which guarantee says something there.",
            ["workbench sweep examples/02-tanh-t1/sweep.toml --out runs/regime-map", Draw("regime-map", "regime-map.svg")]
        )
        {
            Name = "regime-map",
            Title = "A regime map: where a net is lazy",
            Text =
                "The problem T1 over four temperatures and three prior variances. In each cell the minimiser, the dynamics and the guarantees are set beside each other: "
                + "where beta is small the net stays near its prior and learns no features, where beta is large it leaves it, and the a priori guarantee becomes vacuous ([sweeps](../guide/sweep.md)).",
        },
        new(
            "examples/02-tanh-t1/problem.toml",
            "The optimal control u*(w, t) of T1 at five times.",
            [
                "workbench bridge examples/02-tanh-t1/problem.toml --table w=-3:4:71,t=0:1:5 --out runs/optimal-control",
                Draw("optimal-control", "control.svg"),
            ]
        )
        {
            Name = "optimal-control",
            Title = "The optimal control",
            Text =
                "Of all ways of moving neurons from 0 to the minimiser of T1 the Foellmer process is the cheapest: its drift u* = -grad V is simulated and compared with the minimiser, identity by identity, "
                + "and written with the value function over a grid ([the optimal control](../guide/control.md)). The report of the folder also draws V, the density of the process and its martingales.",
        },
        new(
            "examples/01-sine/problem.toml",
            "J and the bracket of the free energy over time.",
            [
                "mpirun -n 2 workbench run examples/01-sine/problem.toml --threads 1 --out runs/two",
                "workbench run examples/01-sine/problem.toml --repeat runs/two --out runs/one --quiet",
                Draw("two", "free-energy.svg"),
            ]
        )
        {
            Name = "several-processes",
            Title = "Several processes, the same bits",
            Text =
                "Two processes share the neurons of a run under Open MPI; one process repeats it and compares. Sums are taken in an order that depends on the number of neurons alone, "
                + "so that results do not depend on how many processes or threads there were ([several processes](../guide/mpi.md)).",
        },
    ];

    /// <summary>The page that lists all pages with their pictures.</summary>
    public static string Index() =>
        $"""
            {GalleryPage.Origin}

            # Gallery

            One page for each example: the problem file, the commands, what they print and a picture, all written by the commands themselves. The machine was a busy one with two cores: times are no measure of speed. Number 21 was never given; the others stay as they are, since texts name them.

            | | | |
            |---|---|---|
            {string.Join('\n', All.Chunk(Columns).Select(row => $"| {string.Join(" | ", row.Select(Thumbnail))} |"))}

            The gallery is written anew by `dotnet run --project tests/Cli.CSharp.Tests -c Release -- gallery`, one page of it by `gallery NAME`; a test compares each page with its example.

            """;

    private static string Thumbnail(GalleryPage page) =>
        $"[<img src=\"{page.Picture}\" width=\"260\" alt=\"{page.Caption}\">]({page.Name}.md)<br>[{page.Title}]({page.Name}.md)";

    private static GalleryPage Run(string example, string figure, string caption, string derived, string options = "") =>
        new(
            $"examples/{example}/problem.toml",
            caption,
            [
                $"workbench derive examples/{example}/problem.toml --only {derived}",
                $"workbench run examples/{example}/problem.toml --out runs/{example}",
                Draw(example, figure, options),
            ]
        );

    private static GalleryPage Bridge(string example, string figure, string caption) =>
        new(
            $"examples/{example}/bridge.toml",
            caption,
            [$"workbench bridge examples/{example}/bridge.toml --paths 1000 --steps 50 --out runs/{example}", Draw(example, figure)]
        );

    private static GalleryPage With(this GalleryPage page, string options) =>
        page with
        {
            Commands = [page.Commands[0], $"{page.Commands[1]} {options}", .. page.Commands[2..]],
        };

    private static string Draw(string run, string figure, string options = "") =>
        $"workbench report runs/{run} --figure {figure}{options} --out figures";
}

namespace MeanField.Cli.Tests;

/// <summary>A call that is killed and goes on.</summary>
/// <param name="Call">The command with its options, without a folder.</param>
/// <param name="Resumed">The command that goes on, the folder excepted.</param>
/// <param name="Folder">The option that names the folder to go on in.</param>
/// <param name="Marker">The file without which a killed process has left nothing to go on with.</param>
/// <param name="Keeps">The options that checkpoints come all the time by.</param>
internal sealed record KillCase(string[] Call, string[] Resumed, string Folder, string Marker, string[] Keeps)
{
    private static readonly string[] AllTheTime = ["--checkpoint", "0"];

    /// <summary>Fresh samples record the drift over all nodes; Heun's scheme in single precision from the prior; averages over bridges keep the laws of all
    /// steps; potentials between points by Sinkhorn and Newton; chains and paths of an optimal control; cells of sweeps.</summary>
    public static IReadOnlyList<KillCase> All { get; } =
    [
        OfRun("--particles", "5000", "--steps", "1500", "--dynamics", "sgd", "--batch", "4"),
        OfCall("bridge", "points.toml", "--paths", "2000"),
        OfRun(
            "--particles",
            "5000",
            "--steps",
            "1200",
            "--dynamics",
            "langevin",
            "--scheme",
            "heun",
            "--start",
            "prior",
            "--precision",
            "single"
        ),
        OfSweep("s.toml", "--set", "run.particles=3000", "--set", "run.steps=200"),
        OfRun("--particles", "5000", "--steps", "400", "--kl"),
        OfCall("bridge", "p.toml", "--paths", "4000", "--steps", "50"),
        OfSweep("solutions.toml", "--set", "solve.method=smc"),
    ];

    /// <summary>Writes the problem files of all cases beside p.toml.</summary>
    public static void Write(ProblemFolder folder)
    {
        var random = new Random(5);
        foreach (var name in new[] { "from", "to" })
            folder.Write($"{name}.csv", "x,y\n" + string.Concat(Enumerable.Range(0, 600).Select(_ => Point(random, name == "to"))));
        folder.Write(
            "points.toml",
            """
            title = "Points"

            [energy]
            tau = 0.02

            [bridge]
            from = "atoms(from.csv)"
            to = "atoms(to.csv)"
            """
        );
        folder.Write(
            "s.toml",
            """
            problem = "p.toml"
            command = "run"

            [grid]
            "run.dynamics" = ["greedy", "sgd", "langevin"]
            "run.seed" = [1, 2]
            """
        );
        folder.Write(
            "solutions.toml",
            """
            problem = "p.toml"
            command = "solve"

            [grid]
            "energy.beta" = [2, 5]
            """
        );
    }

    private static string Point(Random random, bool isEnd) =>
        FormattableString.Invariant($"{random.NextDouble() + (isEnd ? 2 * random.Next(2) : 0):R},{random.NextDouble():R}\n");

    private static KillCase OfRun(params string[] options) =>
        new(["run", "p.toml", .. options], ["run", "p.toml"], "--resume", "run.json", AllTheTime);

    private static KillCase OfCall(string command, string problem, params string[] options) =>
        new([command, problem, .. options], [command, problem, .. options], "--resume", "call.json", AllTheTime);

    private static KillCase OfSweep(string sweep, params string[] options) =>
        new(["sweep", sweep, .. options], ["sweep", sweep, .. options], "--out", "sweep.json", AllTheTime);
}

using MeanField.Engine.Tests.Runs;
using MeanField.Golden;

namespace MeanField.Engine.Tests.Campaigns;

/// <summary>
/// A finite net of linear neurons with its expected risk in closed form (theory section 9, LN): the greedy dynamics over the law or on fresh
/// samples of it, and Langevin's in its stationary state.
/// </summary>
/// <param name="Name">What it is.</param>
/// <param name="Risk">The expected risk.</param>
/// <param name="Prepare">The run with so many replicas and a seed.</param>
internal sealed record LinearNet(string Name, double Risk, Func<int, int, Engine.Runs.PreparedRun> Prepare)
{
    public const double Beta = 4;
    public const double Tau = 0.5;

    /// <summary>|theta|^2.</summary>
    private const double Target = 5;

    /// <summary>The nets of theory section 9: three sizes over the law, on normal samples and on signs; Langevin's by three steps.</summary>
    public static IReadOnlyList<LinearNet> All { get; } =
    [
        .. from size in new[] { (50, 100, 1), (50, 100, 8), (200, 50, 4) }
        from law in new[] { "fullBatch", "gaussian", "signs" }
        select Greedy(law, size.Item1, size.Item2, size.Item3),
        .. new[] { 15, 30, 120 }.Select(Langevin),
    ];

    private static LinearNet Greedy(string law, int particles, int steps, int batch)
    {
        var name = $"LN.n{particles}k{steps}b{batch}.{law}";
        string[] dynamics = law == "fullBatch" ? ["run.dynamics=greedy"] : ["run.dynamics=sgd", $"run.batch={batch}"];
        return new(
            name,
            GoldenFile.Number(name).Value,
            At(law == "fullBatch" ? Problems.Linear : Problems.LinearOver(law), steps, particles, dynamics)
        );
    }

    /// <summary>From the prior, over a time of twelve; the Euler chain has the variance of the mean too large by 1/(1 - eta lam/2).</summary>
    private static LinearNet Langevin(int steps)
    {
        const double lam = 1 + 1 / (Beta * Tau);
        const int particles = 50;
        const double horizon = 12;
        var variance = 1 / (Beta * particles * lam * (1 - horizon / steps * lam / 2));
        return new(
            FormattableString.Invariant($"Langevin, Euler steps of {horizon / steps}"),
            Target / Math.Pow(1 + Beta * Tau, 2) + 2 * variance,
            At(Problems.Linear, steps, particles, "run.dynamics=langevin", "run.start=prior", $"run.horizon={horizon}")
        );
    }

    private static Func<int, int, Engine.Runs.PreparedRun> At(string problem, int steps, int particles, params string[] dynamics) =>
        (replicas, seed) =>
            Problems.Prepare(
                problem,
                [.. dynamics, $"run.steps={steps}", $"run.particles={particles}", $"run.replicas={replicas}", $"run.seed={seed}"]
            );
}

using MeanField.Core;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Tests.Minimisers;
using MeanField.Engine.Tests.Runs;
using MeanField.Golden;

namespace MeanField.Engine.Tests.Campaigns;

/// <summary>
/// How often the 95 % intervals of Langevin chains hold F*: a solution a trial, each with a seed of its own. F* is that of theory section 9, or of
/// normal laws in closed form.
/// </summary>
internal sealed record LangevinCalibration(string Name, string Toml, double Known)
{
    /// <summary>What the trials showed; the deviation is that of the middle of an interval from F*.</summary>
    public sealed record Result(int Held, int Certified, double HalfWidth, double Deviation, double Seconds);

    /// <summary>Three problems of theory section 9, and normal laws in one and ten dimensions.</summary>
    public static IReadOnlyList<LangevinCalibration> All { get; } = [Golden("T1"), Golden("LOG"), Golden("ATOMS"), Normal, NormalInTen];

    /// <summary>The normal law of mean 1 and standard deviation 1/2 on the prior N(0, 1): Z is 1/2.</summary>
    public static LangevinCalibration Normal => new("normal law", Sampling("[\"b\"]", "2*(w.b - 1)^2 - w.b^2/2"), Math.Log(2));

    /// <summary>The same beside nine normal numbers of standard deviation 1/4: Z is (1/2)(1/4)^9.</summary>
    public static LangevinCalibration NormalInTen =>
        new(
            "normal law in 10 dimensions",
            Sampling("[\"a\", \"u[9]\"]", "2*(w.a - 1)^2 + 8*norm2(w.u) - (w.a^2 + norm2(w.u))/2"),
            Math.Log(2) + 9 * Math.Log(4)
        );

    /// <summary>A sampling problem on the prior N(0, I) with beta = 1: F* is -log Z.</summary>
    public static string Sampling(string parameters, string potential) =>
        $"neuron.parameters = {parameters}\nenergy.beta = 1\nenergy.tau = 1\nenergy.objective = \"E[w~mu]({potential}) + KL(mu, gamma)\"";

    /// <summary>The solution with a seed.</summary>
    public Solution Solved(int seed) =>
        Minimiser.Of(
            MinimiserProblem.Of(Problems.Read(Toml, $"solve.seed={seed}"), ""),
            new SolveOptions(SolveMethod.Langevin, null, 2),
            _ => { },
            CancellationToken.None
        );

    /// <summary>So many seeds.</summary>
    public Result Of(int trials)
    {
        Solution[] all = [.. Enumerable.Range(1, trials).Select(Solved)];
        var intervals = all.Select(one => one.Certificate.Interval).OfType<Engine.Minimisers.Interval>().ToArray();
        return new Result(
            intervals.Count(one => one.Low <= Known && Known <= one.High),
            all.Count(one => one.Certificate.IsCertified),
            intervals.Average(one => (one.High - one.Low) / 2),
            intervals.Average(one => ((one.High + one.Low) / 2 - Known) / ((one.High - one.Low) / 2)),
            all.Average(one => one.Seconds)
        );
    }

    private static LangevinCalibration Golden(string name) =>
        new(name, GibbsProblems.All[name], GoldenFile.Number($"{name}.freeEnergy").Value);
}

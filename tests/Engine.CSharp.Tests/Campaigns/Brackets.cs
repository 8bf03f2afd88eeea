using MeanField.Core;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Tests.Runs;

namespace MeanField.Engine.Tests.Campaigns;

/// <summary>
/// How often annealing certifies a wrong interval for hard laws in ten dimensions, whose log Z is known in closed form: a solution a trial, each with a seed of
/// its own.
/// </summary>
/// <param name="Name">The law's name.</param>
/// <param name="Tau">The variance of the prior.</param>
/// <param name="Parameters">The blocks of the neuron.</param>
/// <param name="Potential">The energy of a neuron over the prior, T.</param>
/// <param name="Known">F* = -log Z.</param>
internal sealed record Brackets(string Name, double Tau, string Parameters, string Potential, double Known)
{
    private const string TenComponents = "\"a\", \"b\", \"u[8]\"";

    /// <summary>Every law.</summary>
    public static IReadOnlyList<Brackets> All { get; } =
    [
        Mixture("variances 1/4, 1/2, 1", 4, 2),
        Mixture("standard deviations 1/4, 1/2, 1", 16, 4),
        // N(0, 4) in a, and N(a^2/2 - 2, 1/4) in b given a: both densities' constants are those of the prior.
        new("banana", 1, TenComponents, "w.a^2/8 + 2*(w.b - w.a^2/2 + 2)^2 - (w.a^2 + w.b^2)/2", 0),
        // Neal's funnel [neal2003].
        new("funnel", 9, "\"v\", \"u[9]\"", "w.v^2/18 + 9*w.v/2 + norm2(w.u)*exp(-w.v)/2 - (w.v^2 + norm2(w.u))/18", 4.5 * Math.Log(9)),
    ];

    /// <summary>What trials came to: intervals, how many of them miss F*, and the mean and deviation of the errors of F in standard errors.</summary>
    public (int Certified, int Missed, double Mean, double Deviation) Of(int trials)
    {
        Certificate[] certified = [.. Enumerable.Range(1, trials).Select(trial => Solved(trial).Certificate).Where(one => one.IsCertified)];
        double[] errors =
        [
            .. certified.Select(one => (one.FreeEnergy.Value.Value!.Value - Known) / one.FreeEnergy.StandardError.Value!.Value),
        ];
        var mean = errors.Length > 0 ? errors.Average() : double.NaN;
        return (
            certified.Length,
            certified.Count(one => !(one.Interval!.Low <= Known && Known <= one.Interval.High)),
            mean,
            Math.Sqrt(errors.Sum(error => (error - mean) * (error - mean)) / (errors.Length - 1))
        );
    }

    /// <summary>
    /// Normal laws at (3, 0), (0, 3), (-2, 0) of inverse variances that fall to 1, and of masses 1, 2, 7: the constants of their densities are those of the prior.
    /// </summary>
    private static Brackets Mixture(string name, int narrow, int middle)
    {
        string Law(int mass, int inverse, string square) => $"{mass}*{inverse}^5*exp(-{inverse}*({square} + norm2(w.u))/2)";
        var sum = $"{Law(1, narrow, "(w.a - 3)^2 + w.b^2")} + {Law(2, middle, "w.a^2 + (w.b - 3)^2")} + {Law(7, 1, "(w.a + 2)^2 + w.b^2")}";
        return new($"mixture, {name}", 1, TenComponents, $"-log({sum}) - (w.a^2 + w.b^2 + norm2(w.u))/2", -Math.Log(10));
    }

    private Solution Solved(int trial)
    {
        var toml = FormattableString.Invariant(
            $"neuron.parameters = [{Parameters}]\nenergy.beta = 1\nenergy.tau = {Tau}\nenergy.objective = \"E[w~mu]({Potential}) + KL(mu, gamma)\""
        );
        var problem = MinimiserProblem.Of(Problems.Read(toml, $"solve.seed={trial}"), "");
        return Minimiser.Of(problem, new SolveOptions(SolveMethod.SequentialMonteCarlo, null, 2), _ => { }, CancellationToken.None);
    }
}

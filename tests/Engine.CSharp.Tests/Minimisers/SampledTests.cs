using MeanField.Core;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Tests.Runs;

namespace MeanField.Engine.Tests.Minimisers;

/// <summary>Sampled solutions of sampling problems: the free energy is -log Z, known in closed form.</summary>
public sealed class SampledTests
{
    /// <summary>Neal's funnel [neal2003]: v ~ N(0, 9), and given v the others are N(0, e^v), as an objective on the prior N(0, 9 I).</summary>
    private static string Funnel(int others) =>
        $"""
            neuron.parameters = ["v", "u[{others}]"]
            energy.beta = 1
            energy.tau = 9
            energy.objective = "E[w~mu](w.v^2/18 + {others}*w.v/2 + norm2(w.u)*exp(-w.v)/2 - (w.v^2 + norm2(w.u))/18) + KL(mu, gamma)"
            """;

    /// <summary>Z is 9^(-others/2): the normal densities' constants, but for those of the prior.</summary>
    private static double FreeEnergyOfFunnel(int others) => others / 2.0 * Math.Log(9);

    /// <summary>Four normal laws of standard deviation 1/2 at distance 2 from 0 in ten dimensions, of weights 1, 2, 3, 4, on the prior N(0, I).</summary>
    private const string Mixture = """
        neuron.parameters = ["a", "b", "u[8]"]
        energy.beta = 1
        energy.tau = 1
        energy.objective = "E[w~mu](-log(exp(-2*((w.a - 2)^2 + w.b^2)) + 2*exp(-2*((w.a + 2)^2 + w.b^2)) + 3*exp(-2*(w.a^2 + (w.b - 2)^2)) + 4*exp(-2*(w.a^2 + (w.b + 2)^2))) + 2*norm2(w.u) - (w.a^2 + w.b^2 + norm2(w.u))/2) + KL(mu, gamma)"
        """;

    /// <summary>Each normal law has the mass (1/2)^10 of the prior's constant.</summary>
    private static readonly double freeEnergyOfMixture = 10 * Math.Log(2) - Math.Log(10);

    [Fact]
    public void Annealing_brackets_a_mixture_in_ten_dimensions() =>
        Holds(Solve(Mixture, SolveMethod.SequentialMonteCarlo, 0.02), freeEnergyOfMixture);

    [Fact]
    public void Auto_anneals_a_funnel_and_brackets_it()
    {
        var solution = Solve(Funnel(3), SolveMethod.Auto, 0.05);

        Assert.Equal("smc", solution.Method);
        Holds(solution, FreeEnergyOfFunnel(3));
    }

    [Fact]
    public void Importance_sampling_of_a_funnel_is_not_believed()
    {
        var certificate = Solve(Funnel(9), SolveMethod.Importance, null).Certificate;

        Assert.False(certificate.IsCertified);
        Assert.Null(certificate.Interval);
        Assert.Contains("Pareto", certificate.Obstacle, StringComparison.Ordinal);
    }

    private static Solution Solve(string toml, SolveMethod method, double? tolerance) => GibbsProblems.Solve(toml, method, tolerance);

    private static void Holds(Solution solution, double known)
    {
        Assert.True(solution.Certificate.IsCertified, solution.Certificate.Obstacle);
        Assert.InRange(known, solution.Certificate.Interval!.Low, solution.Certificate.Interval.High);
    }
}

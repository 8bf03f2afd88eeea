using MeanField.Core;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Tests.Runs;
using MeanField.Golden;

namespace MeanField.Engine.Tests.Minimisers;

/// <summary>Objectives without a dual: critical laws by product rules, with the entropy sandwich where T is convex.</summary>
public sealed class CriticalQuadratureTests
{
    private const string Repulsion = """
        functions."g(z)" = "5*exp(-2*z^2)"
        neuron.parameters = ["c"]
        energy.beta = 1
        energy.tau = 1
        energy.objective = "E[w~mu, v~mu](g(w.c - v.c))/2 + KL(mu, gamma)/beta"
        """;

    /// <summary>A double well whose particles attract one another: two magnetised laws, and between them a symmetric one.</summary>
    private const string Attraction = """
        neuron.parameters = ["c"]
        energy.beta = 4
        energy.tau = 1
        energy.objective = "E[w~mu]((w.c^2 - 1)^2) - 2*E[w~mu](w.c)^2 + KL(mu, gamma)/beta"
        """;

    [Fact]
    public void A_quadratic_interaction_has_the_gaussian_of_the_closed_form()
    {
        // psi = (c - 1)^2/2 + 2 m c: precision 1/tau + beta = 5, and 5 m = beta (1 - 2 m).
        var solution = Solve(
            """
            neuron.parameters = ["c"]
            energy.beta = 3
            energy.tau = 0.5
            energy.objective = "E[w~mu]((w.c - 1)^2)/2 + E[w~mu](w.c)^2 + KL(mu, gamma)/beta"
            """
        );
        var (m, s, tau, beta) = (3.0 / 11, 0.2, 0.5, 3.0);
        var divergence = (s / tau + m * m / tau - 1 - Math.Log(s / tau)) / 2;

        Assert.True(solution.Certificate.IsCertified, solution.Certificate.Obstacle);
        Near(m, solution.Law.Mean[0]);
        Near(s, solution.Law.Covariance[0][0]);
        Near(divergence, solution.Divergence.Value.Value);
        Near(((m - 1) * (m - 1) + s) / 2 + m * m + divergence / beta, solution.Certificate.FreeEnergy.Value.Value);
    }

    [Theory]
    [InlineData("Q")]
    [InlineData("T1")]
    [InlineData("LOG")]
    [InlineData("ATOMS")]
    public void The_fixed_point_of_a_loss_is_the_maximiser_of_its_dual(string name)
    {
        var solution = Solve(GibbsProblems.All[name]);

        Assert.True(solution.Certificate.IsCertified, solution.Certificate.Obstacle);
        Golden($"{name}.freeEnergy", solution.Certificate.FreeEnergy.Value.Value);
        Golden($"{name}.freeEnergy", solution.Certificate.Dual.Value.Value);
        Golden($"{name}.kl", solution.Divergence.Value.Value);
        Golden($"{name}.logZ", solution.LogZ.Value.Value);
        Golden($"{name}.risk", solution.Risk.Value.Value);
        Golden($"{name}.loss", solution.Loss.Value.Value);
    }

    [Fact]
    public void Repulsion_is_certified()
    {
        var solution = Minimiser.Of(
            MinimiserProblem.Of(Problems.Read(Repulsion), ""),
            new SolveOptions(SolveMethod.Auto, null, 2),
            _ => { },
            CancellationToken.None
        );

        // Plain damped iteration on a midpoint sum of 270 points in [-9, 9], in Python.
        Assert.Equal("minimiser", solution.Status);
        Assert.True(solution.Certificate.IsCertified, solution.Certificate.Obstacle);
        Near(0.7264620145468, solution.Certificate.FreeEnergy.Value.Value, 1e-12);
        Near(0.07392958095794, solution.Divergence.Value.Value);
        Near(-1.3789944481357, solution.LogZ.Value.Value);
        Near(1.610427999005, solution.Law.Covariance[0][0]);
    }

    [Fact]
    public void A_mode_far_from_the_prior_is_found()
    {
        // Damped iteration on a midpoint sum of 18001 points in [-14, 22], numpy.
        var solution = Solve(
            """
            neuron.parameters = ["c"]
            energy.beta = 5
            energy.tau = 1
            energy.objective = "-60*E[w~mu](exp(-10*(w.c - 16)^2)) + E[w~mu, v~mu](exp(-(w.c - v.c)^2/2))/2 + KL(mu, gamma)/beta"
            """
        );

        Assert.True(solution.Certificate.IsCertified, solution.Certificate.Obstacle);
        Near(-33.03465415992848, solution.Certificate.FreeEnergy.Value.Value, 1e-9 * 33);
        Near(15.997320121199829, solution.Law.Mean[0]);
    }

    [Fact]
    public void A_law_whose_density_rises_far_out_gets_no_certificate()
    {
        var solution = Solve(
            """
            neuron.parameters = ["c"]
            energy.beta = 1
            energy.tau = 1
            energy.objective = "E[w~mu](-0.001*relu(w.c - 3)^3) + E[w~mu, v~mu](exp(-(w.c - v.c)^2/2))/2 + KL(mu, gamma)/beta"
            """
        );

        Assert.False(solution.Certificate.IsCertified);
        Assert.Null(solution.Certificate.Interval);
        Assert.Contains("far out", solution.Certificate.Obstacle, StringComparison.Ordinal);
    }

    [Fact]
    public void Without_convexity_the_lowest_of_several_critical_points_is_reported_and_not_certified()
    {
        var solution = Solve(Attraction);

        Assert.Equal("critical point", solution.Status);
        Assert.False(solution.Certificate.IsCertified);
        Assert.Contains("3 starts led to 3 critical points", solution.Certificate.Obstacle!, StringComparison.Ordinal);
        Assert.Null(solution.Certificate.Interval);
        Assert.True(Math.Abs(solution.Law.Mean[0]) > 0.5, $"mean {solution.Law.Mean[0]}");
    }

    [Fact]
    public void The_sandwich_holds_far_from_the_fixed_point()
    {
        var rule = ProductRule.Around(1, 1);
        var problem = MinimiserProblem.OfFixedPoint(Problems.Read(Repulsion), "");
        using var team = new Engine.Collectives.Team(1);
        using var points = rule.Points();
        using var law = new WeightedLaw(problem, points, team);
        var state = law.At(new double[law.Length]);
        var minimum = new FixedPoint(law).From(new double[law.Length], FixedPoint.Fine, CancellationToken.None);

        // The sandwich at the prior, far from the fixed point.
        Assert.True(state.Dual < minimum.FreeEnergy - 1e-3 && minimum.FreeEnergy < state.FreeEnergy - 1e-3);
        Near(minimum.Dual, minimum.FreeEnergy, 1e-12);
    }

    /// <summary>
    /// 09: mpmath in 30 digits. With u = point(c), uniform under the prior, and odd moments 0 by symmetry, psi is a polynomial in u: findroot of the
    /// moments E u^2, E u^4 under exp(-beta psi), quad of panels. 17: plain damped iteration on midpoint sums in Python, 45 steps.
    /// </summary>
    [Theory]
    [InlineData("09-d-optimal-design", 1.99686686914823811)]
    [InlineData("17-repulsion", 0.2489213461166)]
    public void An_example_is_certified(string name, double freeEnergy)
    {
        var folder = Programs.Examples.Folders.Single(folder => Path.GetFileName(folder) == name);
        var solution = Solve(MinimiserProblem.Of(Programs.Examples.Read(folder), folder));

        Assert.True(solution.Certificate.IsCertified, solution.Certificate.Obstacle);
        Near(freeEnergy, solution.Certificate.FreeEnergy.Value.Value);
    }

    [Theory]
    [InlineData("energy.objective = \"E[w~mu](sin(norm2(w.b)))^3 + KL(mu, gamma)/beta\"", "at most 3")]
    [InlineData("energy.objective = \"E[w~mu](norm2(w))\"", "KL(mu, gamma)")]
    public void What_no_rule_serves_is_refused(string objective, string expected)
    {
        var fault = Assert.Throws<FaultException>(() =>
            Solve($"neuron.parameters = [\"b[4]\"]\nenergy.beta = 1\nenergy.tau = 1\n{objective}")
        );

        Assert.Contains(expected, FaultModule.message(fault.Fault), StringComparison.Ordinal);
    }

    private static Solution Solve(string toml) => Solve(MinimiserProblem.OfFixedPoint(Problems.Read(toml), ""));

    private static Solution Solve(MinimiserProblem problem) =>
        Minimiser.Of(problem, new SolveOptions(SolveMethod.Auto, null, 2), _ => { }, CancellationToken.None);

    private static void Near(double expected, double? value, double tolerance = 1e-9) =>
        Assert.True(Math.Abs(value!.Value - expected) <= tolerance * Math.Max(1, Math.Abs(expected)), $"{value:R}, expected {expected:R}");

    private static void Golden(string key, double? value)
    {
        if (!GoldenFile.Has(key))
            return;
        var number = GoldenFile.Number(key);
        Assert.True(
            Math.Abs(value!.Value - number.Value) <= 1e-9 * Math.Max(1, Math.Abs(number.Value)) + number.HalfUnit,
            $"{key}: {value:R}, golden {number.Value:R}"
        );
    }
}

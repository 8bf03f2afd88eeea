using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Tests.Runs;

namespace MeanField.Engine.Tests.Minimisers;

/// <summary>Sampled solutions of sampling problems: the free energy is -log Z, known in closed form.</summary>
public sealed class SampledTests
{
    /// <summary>Log ratios of which rounding is more than a nat: no step is right, and none is looked for down to the smallest number.</summary>
    [Fact]
    public void Annealing_does_not_begin_where_log_ratios_are_beyond_rounding() =>
        Assert.Equal(0, SequentialMonteCarlo.NextLambda([0, 1e17, -1e101, 3e101], 0));

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

    /// <summary>The law of four normal numbers of which the first is above a bound: H is -infinity on the rest.</summary>
    private static string Above(double bound) =>
        $"neuron.parameters = [\"b[4]\"]\nenergy.beta = 1\nenergy.tau = 1\nenergy.objective = \"E[w~mu](-log(heaviside(w.b[1] - {bound}))) + KL(mu, gamma)\"";

    [Theory]
    [InlineData(SolveMethod.Importance, 0.5, 1.1759117615936186)]
    [InlineData(SolveMethod.SequentialMonteCarlo, 0, 0.6931471805599453)]
    [InlineData(SolveMethod.SequentialMonteCarlo, 1, 1.8410216450092636)]
    public void Points_of_no_weight_are_left_behind(SolveMethod method, double bound, double known) =>
        Holds(Solve(Above(bound), method, null), known);

    [Theory]
    [InlineData(SolveMethod.Importance, "log Z is not finite")]
    [InlineData(SolveMethod.SequentialMonteCarlo, "annealing ended at the temperature lambda = 0")]
    public void A_law_that_no_point_meets_is_no_minimiser(SolveMethod method, string reason)
    {
        var solution = Solve(Above(1000), method, null);

        Assert.Equal("not converged", solution.Status);
        Assert.False(solution.Certificate.IsCertified);
        Assert.Null(solution.Certificate.Interval);
        Assert.Contains(reason, solution.Certificate.Obstacle, StringComparison.Ordinal);
    }

    /// <summary>Two of four inputs carry a target: by its points' symmetry the free energy is that of the two inputs alone, which a product rule knows.</summary>
    private static string Heavy(int inputs)
    {
        string Point(int one) => $"[{string.Join(", ", Enumerable.Range(0, inputs).Select(i => i == one ? 1 : 0))}]";
        return $"""
            neuron.activation = "a*relu(dot(b, x))"
            neuron.parameters = ["a", "b[p]"]
            input.law = "atoms"
            input.dimension = {inputs}
            input.points = [{Point(0)}, {Point(1)}]
            target.values = [5, 1]
            energy.beta = 1000
            energy.loss = "squared"
            energy.tau = 1
            """;
    }

    /// <summary>Of most dual variables this law has infinite mass, which the first points do not see; annealing towards such a one spreads without bounds.</summary>
    [Fact]
    public void A_fit_goes_back_to_laws_of_finite_mass()
    {
        var known = Solve(Heavy(2), SolveMethod.Quadrature, null).Certificate;
        Assert.True(known.IsCertified);

        Holds(Solve(Heavy(4), SolveMethod.SequentialMonteCarlo, null), known.FreeEnergy.Value.Value!.Value);
    }

    [Fact]
    public void A_law_of_infinite_mass_is_no_internal_error()
    {
        var problem = MinimiserProblem.Of(Problems.Read(Heavy(4)), "");
        using var team = new Team(1);
        using var points = Samplers.Annealing(problem).Points([1e6, 1e6], 512, 0, team, CancellationToken.None);

        Assert.InRange(points.Temperature, 0, 0.999);
    }

    [Fact]
    public void What_is_narrow_enough_is_judged_again_but_not_fitted_again()
    {
        var stages = new List<string>();
        var problem = MinimiserProblem.Of(Problems.Read(GibbsProblems.All["T1"]), "");

        Minimiser.Of(
            problem,
            new SolveOptions(SolveMethod.SequentialMonteCarlo, null, 2),
            stage => stages.Add(stage.Text),
            CancellationToken.None
        );

        Assert.Single(stages, stage => stage.Contains("alpha fitted", StringComparison.Ordinal));
        Assert.Equal(2, stages.Count(stage => stage.Contains("judged on", StringComparison.Ordinal)));
    }

    private const string Wide =
        "neuron.parameters = [\"b[1200]\"]\nenergy.beta = 1\nenergy.tau = 1\nenergy.objective = \"E[w~mu](norm2(w.b)/2) + KL(mu, gamma)\"";

    [Fact]
    public void Auto_anneals_where_quasi_random_numbers_end_and_ends_when_cancelled()
    {
        var problem = MinimiserProblem.Of(Problems.Read(Wide), "");
        using var source = new CancellationTokenSource();
        var stages = new List<string>();

        Assert.Throws<OperationCanceledException>(() =>
            Minimiser.Of(problem, new SolveOptions(SolveMethod.Auto, null, 2), Heard, source.Token)
        );

        Assert.Contains(stages, stage => stage.StartsWith("annealing: importance sampling serves at most 1111", StringComparison.Ordinal));

        void Heard(Progress stage)
        {
            stages.Add(stage.Text);
            if (stage.Text.StartsWith("smc: judged", StringComparison.Ordinal))
                source.Cancel();
        }
    }

    [Fact]
    public void Importance_sampling_says_in_how_many_dimensions_it_serves()
    {
        var fault = Assert.Throws<FaultException>(() => Solve(Wide, SolveMethod.Importance, null));

        Assert.Contains("importance sampling in 1200 dimensions", fault.Message, StringComparison.Ordinal);
        Assert.DoesNotContain("sobol", fault.Message, StringComparison.OrdinalIgnoreCase);
    }

    /// <summary>
    /// The mean of a neuron has the standard errors that its replicates show: of so many independent points. Particles that are moved until they correlate by
    /// 0.3 count for less than one each.
    /// </summary>
    [Fact]
    public void The_effective_share_of_a_population_is_that_of_its_errors()
    {
        var solution = Solve(Mixture, SolveMethod.SequentialMonteCarlo, 0.02);
        var (share, law, errors) = (solution.EffectiveSampleFraction.Value.Value!.Value, solution.Law, solution.LawErrors!);
        var variance = law.Covariance.Select((row, i) => row[i]).Sum();

        Assert.InRange(share, 0.001, 0.999);
        Assert.Equal(errors.Mean.Sum(error => error * error), variance / (share * solution.Points), 1e-9);
    }

    private static Solution Solve(string toml, SolveMethod method, double? tolerance) => GibbsProblems.Solve(toml, method, tolerance);

    private static void Holds(Solution solution, double known)
    {
        Assert.True(solution.Certificate.IsCertified, solution.Certificate.Obstacle);
        Assert.InRange(known, solution.Certificate.Interval!.Low, solution.Certificate.Interval.High);
    }
}

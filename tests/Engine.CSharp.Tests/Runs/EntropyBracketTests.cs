using MeanField.Engine.Runs;
using MeanField.Golden;

namespace MeanField.Engine.Tests.Runs;

/// <summary>Bounds of the divergence of one particle's law, against laws whose divergence is known.</summary>
public sealed class EntropyBracketTests
{
    [Fact]
    public void Draws_give_the_logarithm_of_the_mean_exponential_and_how_many_carry_it()
    {
        var moment = new ExponentialMoment([1000, 1000 + Math.Log(3)]);

        Assert.Equal(1000 + Math.Log(2), moment.Log(1), 12);
        Assert.Equal(16.0 / 10, moment.Above(1).EffectiveDraws, 12);
        Assert.Equal(2, moment.Above(0).EffectiveDraws, 12);
        Assert.Equal(1000 + Math.Log(2) + (10.0 / 16 - 0.5) / 2, moment.Above(1).Log, 12);
    }

    [Fact]
    public void A_single_normal_law_has_its_divergence_from_the_prior()
    {
        // Points of N(m, v) at its quantiles stand for draws: the mean of the log ratio is the divergence up to a part in the count.
        const double m = 0.7;
        const double v = 0.3;
        const double tau = 1.6;
        double[] particles = [.. Enumerable.Range(0, 1024).Select(k => m + Math.Sqrt(v) * Normal((k + 0.5) / 1024))];
        double[] means = [.. Enumerable.Repeat(m, 1024)];

        Assert.Equal((v / tau + m * m / tau - 1 - Math.Log(v / tau)) / 2, new LastStepMixture(v, tau).Bound(particles, means, 1), 2);

        static double Normal(double u) => MathNet.Numerics.Distributions.Normal.InvCDF(0, 1, u);
    }

    /// <summary>The tilt of a linear neuron is linear: the law of the greedy dynamics is a tilted prior, and the lower bound is no bound but
    /// the divergence |m|^2/(2 tau). Its own factor is sought, and N neurons fluctuate by 1/N.</summary>
    [Fact]
    public void The_lower_bound_of_a_tilted_prior_is_its_divergence()
    {
        const int steps = 50;
        const double tau = 0.5;
        var estimates = Greedy(
            Problems.Linear,
            bridges: false,
            "energy.beta=1",
            $"run.steps={steps}",
            "run.particles=2000",
            "run.replicas=40"
        );
        var share = 1 - Math.Pow(1 - tau / steps, steps);
        var expected = 5 * share * share / (2 * tau);

        var lower = Sample.Of(estimates.KlLower);
        Assert.InRange(lower.Mean, expected - 4 * lower.Error - 0.002, expected + 4 * lower.Error + 0.002);
    }

    [Fact]
    public void The_greedy_law_of_T1_is_within_its_bracket_by_control_and_tilt()
    {
        var estimates = Greedy(Problems.T1, bridges: false, "run.steps=100", "run.particles=2000", "run.replicas=20");

        Contains(GoldenFile.Number("T1.greedy100.kl"), estimates.KlLower, estimates.KlUpper, 0.5);
        Contains(GoldenFile.Number("T1.greedy100.freeEnergy"), estimates.FreeEnergyLower, estimates.FreeEnergyUpper, 0.03);
        Assert.Null(estimates.Kl.Value.Value);
        Assert.Contains("--kl", estimates.Kl.Value.Reason);
    }

    [Fact]
    public void Bridges_narrow_the_bracket_of_T1()
    {
        var estimates = Greedy(Problems.T1, bridges: true, "run.steps=100", "run.particles=2000", "run.replicas=20");

        Contains(GoldenFile.Number("T1.greedy100.kl"), estimates.KlLower, estimates.KlUpper, 0.02);
        Contains(GoldenFile.Number("T1.greedy100.freeEnergy"), estimates.FreeEnergyLower, estimates.FreeEnergyUpper, 0.002);
        var kl = Sample.Of(estimates.Kl);
        var golden = GoldenFile.Number("T1.greedy100.kl").Value;
        Assert.InRange(kl.Mean, golden - 4 * kl.Error, golden + 4 * kl.Error);
    }

    /// <summary>At beta = 2 the flow is at its Gibbs law after a horizon of 12.</summary>
    [Theory]
    [InlineData("euler")]
    [InlineData("exponential")]
    public void Langevins_bracket_holds_the_divergence_of_the_Gibbs_law(string scheme)
    {
        var estimates = Problems
            .Run(
                Problems.Prepare(
                    Problems.T1,
                    "energy.beta=2",
                    "run.dynamics=langevin",
                    "run.start=prior",
                    $"run.scheme={scheme}",
                    "run.horizon=12",
                    "run.steps=300",
                    "run.particles=2000",
                    "run.replicas=20"
                )
            )
            .Estimates;

        Contains(GoldenFile.List("T1.byBeta.kl")[0], estimates.KlLower, estimates.KlUpper, 0.02);
    }

    [Theory]
    [InlineData("run.scheme=heun", "run.dynamics=langevin", "Heun's last step has no normal law")]
    [InlineData("energy.objective=E[w~mu](w.w^2)", "run.dynamics=langevin", "without noise the law of a particle has no density")]
    public void What_has_no_upper_bound_says_why(string first, string second, string reason) =>
        Assert.Equal(
            reason,
            Problems.Run(Problems.Prepare(Problems.T1, first, second, "run.steps=2", "run.particles=20")).Estimates.KlUpper.Value.Reason
        );

    /// <summary>The halves of one ensemble depend on each other, and a single run has no error: the bound of a tilted prior within 3 %.</summary>
    [Fact]
    public void One_replica_is_judged_by_halves_and_has_no_error()
    {
        var estimates = Greedy(Problems.Linear, bridges: false, "energy.beta=1", "run.steps=50", "run.particles=20000", "run.replicas=1");
        var share = 1 - Math.Pow(1 - 0.5 / 50, 50);

        Assert.InRange(estimates.KlLower.Value.Value!.Value / (5 * share * share), 0.97, 1.03);
        Assert.Equal(ReplicaStatistics.OneReplica, estimates.KlLower.StandardError.Reason);
    }

    [Fact]
    public void One_particle_has_no_other_to_be_judged_by() =>
        Assert.Contains(
            "run.particles >= 32, or run.replicas >= 2",
            Problems.Run(Problems.Prepare(Problems.T1, "run.steps=2", "run.particles=1", "run.replicas=1")).Estimates.KlLower.Value.Reason
        );

    /// <summary>Neither the chosen replica's numbers nor those of the one before have a say.</summary>
    [Fact]
    public void The_better_lower_bound_is_chosen_by_other_replicas()
    {
        // Replica 1 takes its own poor tilt, since replicas 2 and 3 speak for tilts; 0 and 3 hear of it.
        Assert.Equal([4, 0, 5, 4], EntropyBracket.Better([4, 4, 4, 4], [5, 0, 5, 5]));
        Assert.Equal([5, 5, 5], EntropyBracket.Better([4, 4, 4], [5, 5, 5]));
        Assert.Equal([4, 4], EntropyBracket.Better([4, 4], [5, 5]));
        Assert.Equal([4, 4, 4], EntropyBracket.Better([4, 4, 4], null));
    }

    private static RunEstimates Greedy(string problem, bool bridges, params string[] settings)
    {
        using var folder = new TemporaryFolder();
        var options = new SimulationOptions(2, "", folder.File("run"), Force: false, Bridges: bridges);
        return SimulationRun.Of(Problems.Prepare(problem, settings), options, new Progress<double>(), CancellationToken.None).Estimates;
    }

    private static void Contains(GoldenNumber golden, Estimate lower, Estimate upper, double width)
    {
        var (value, low, high) = (golden.Value, Sample.Of(lower), Sample.Of(upper));
        Assert.InRange(value, low.Mean - 4 * low.Error, high.Mean + 4 * high.Error);
        Assert.InRange(high.Mean - low.Mean, -4 * high.Error, width + 4 * high.Error);
    }
}

using MeanField.Core;
using MeanField.Engine.Multilevel;
using MeanField.Engine.Runs;
using MeanField.Engine.Tests.Runs;
using MeanField.Golden;

namespace MeanField.Engine.Tests.Multilevel;

public sealed class MultilevelRunTests
{
    /// <summary>No particle feels another: what one of them does depends on its noise alone.</summary>
    private const string Apart = """
        [neuron]
        parameters = ["w"]
        [energy]
        objective = "E[w~mu](w.w^2) + KL(mu, gamma)/beta"
        beta = 2
        tau = 1
        [run]
        dynamics = "langevin"
        start = "prior"
        particles = 512
        steps = 4
        """;

    [Theory]
    [InlineData(0)]
    [InlineData(256)]
    public void Half_of_an_ensemble_sees_the_noise_of_its_particles_in_the_whole(int first)
    {
        var whole = Rows(512, 0);
        Assert.Equal(whole[first..(first + 256)], Rows(256, first));

        static double[] Rows(int particles, int firstParticle)
        {
            var run = PreparedRun.Of(Problems.Read(Apart, $"run.particles={particles}"), "");
            using var simulation = new Simulation(run, new SimulationOptions(1, "", null, false) { FirstParticle = firstParticle });
            for (uint step = 0; step < 4; step++)
                simulation.Advance(step, false, new Breakdown(), isNextFull: null);
            return simulation.Ensembles[0].Rows();
        }
    }

    /// <summary>The mean of a linear net is that of infinitely many neurons, of risk |theta|^2 (1 - beta eta)^(2 K); its limit is |theta|^2 exp(-2 beta tau).</summary>
    [Fact]
    public void Every_term_of_the_linear_net_is_its_closed_form_and_their_sum_the_limit()
    {
        var result = Limit(Problems.Linear, 2e-3);
        double Risk(long steps) => 5 * Math.Pow(1 - 2.0 / steps, 2 * steps);
        Assert.All(
            result.Levels,
            (level, l) =>
                Assert.InRange((level.Term - Risk(level.Steps) + (l == 0 ? 0 : Risk(level.Steps / 2))) / level.StandardError, -4, 4)
        );
        Assert.InRange(result.StandardError, 0, 2e-3);
        Assert.InRange(Math.Abs(result.Risk - 5 * Math.Exp(-4)), 0, 3 * result.StandardError + result.BiasSteps);
    }

    /// <summary>The mean obeys m' = theta - (1 + 1/(beta tau)) m from 0.</summary>
    [Theory]
    [InlineData("zero")]
    [InlineData("prior")]
    public void The_limit_of_Langevins_dynamics_on_the_linear_net_is_its_closed_form(string start)
    {
        var problem = Problems.Read(Problems.Linear, "run.dynamics=langevin", "run.horizon=1", $"run.start={start}");
        var result = Limit(PreparedRun.Of(problem, ""), 1e-2, threads: 2);
        var risk = 5 * Math.Pow(1 - 2.0 / 3 * (1 - Math.Exp(-1.5)), 2);
        Assert.InRange(Math.Abs(result.Risk - risk), 0, 3 * result.StandardError + result.BiasSteps);
    }

    [Fact]
    public void No_number_depends_on_the_threads()
    {
        var (one, three) = (Limit(Problems.Linear, 1e-2, threads: 1), Limit(Problems.Linear, 1e-2, threads: 3));
        Assert.Equal(one.Levels, three.Levels);
        Assert.Equal(
            (one.Risk, one.StandardError, one.BiasSteps, one.BiasParticles, one.Cost),
            (three.Risk, three.StandardError, three.BiasSteps, three.BiasParticles, three.Cost)
        );
    }

    [Fact]
    public void The_limit_of_T1_is_met_within_the_stated_error_at_a_tenth_of_the_plain_cost()
    {
        var result = Limit(Problems.T1, 1e-5);
        Assert.Null(result.Obstacle);
        Assert.InRange(result.StandardError, 0, 1e-5);
        Assert.InRange(result.BiasSteps, 0, 1e-5);
        var error = 2 * result.StandardError + result.BiasSteps + result.BiasParticles;
        Assert.InRange(result.Risk - GoldenFile.Number("T1.greedyLimit.risk").Value, -error, error);
        Assert.InRange(result.Cost / result.PlainCost, 0, 0.1);
        // Steps that are halved divide the variance by four (strong order 1).
        Assert.InRange(result.Levels[^2].Variance / result.Levels[^3].Variance, 0.15, 0.4);
    }

    [Theory]
    [InlineData("energy.loss=logistic", "another loss than the square")]
    [InlineData("run.dynamics=sgd", "fresh samples in every step")]
    [InlineData("run.scheme=heun", "another scheme than Euler's")]
    public void What_has_no_such_limit_is_refused(string setting, string found)
    {
        var run = PreparedRun.Of(Problems.Read(Problems.T1, setting), "");
        var refused = Assert.Throws<FaultException>(() => MultilevelRun.Require(run));
        Assert.Equal(found, FaultModule.found(refused.Fault));
    }

    private static MultilevelResult Limit(string problem, double target, int threads = 2) =>
        Limit(Problems.Prepare(problem), target, threads);

    private static MultilevelResult Limit(PreparedRun run, double target, int threads) =>
        MultilevelRun.Of(run, "", target, threads, _ => { }, CancellationToken.None);
}

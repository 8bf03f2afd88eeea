using MeanField.Golden;

namespace MeanField.Engine.Tests.Runs;

/// <summary>Langevin's dynamics of problems whose laws have closed forms, by every scheme (theory sections 5 and 9); ten times as many replicas:
/// "linear 2000" of the test assembly.</summary>
public sealed class LangevinGoldenTests
{
    private const double Beta = 4;
    private const double Tau = 0.5;
    private const int Particles = 50;
    private const double Target = 5; // |theta|^2
    private const double Rate = 1 / (Beta * Tau);

    private static ReplicaEnd[] Linear(string scheme, int steps, double horizon, int replicas, string start = "prior") =>
        ReplicaEnd.Of(
            Problems.Prepare(
                Problems.Linear,
                "run.dynamics=langevin",
                $"run.scheme={scheme}",
                $"run.start={start}",
                FormattableString.Invariant($"run.horizon={horizon}"),
                $"run.steps={steps}",
                $"run.particles={Particles}",
                $"run.replicas={replicas}",
                "run.seed=3"
            )
        );

    /// <summary>E R = |theta - m|^2 + d Var of the mean, whose stationary variance the Euler chain has too large by the factor 1/(1 - eta lam/2).</summary>
    private static double StationaryRisk(double variance) => Target / Math.Pow(1 + Beta * Tau, 2) + 2 * variance;

    [Fact]
    public void Finite_ensembles_of_the_Euler_chain_have_their_stationary_risk()
    {
        const double eta = 0.2;
        const double lam = 1 + Rate;
        var expected = StationaryRisk(1 / (Beta * Particles * lam * (1 - eta * lam / 2)));
        Assert.Equal(GoldenFile.Number("LN.limit50.langevinStationary").Value, StationaryRisk(1 / (Beta * Particles * lam)), 11);

        var ends = Linear("euler", steps: 50, horizon: 10, replicas: 200);

        Sample.Of(ends.Select(end => end.Risk)).Agrees(expected, "risk");
        Sample.Of(ends.Select(end => end.Mean)).Agrees(1 / lam, "mean");
        Sample.Of(ends.Select(end => end.Variance)).Agrees(Tau / (1 - eta * Rate / 2) * (1 - 1.0 / Particles), "variance");
    }

    /// <summary>Beside the prior's part the drift is beta-free: theta less the mean, constant in w. Its step is exact but for the mean.</summary>
    [Fact]
    public void The_exponential_scheme_is_exact_for_the_linear_part_however_long_its_steps()
    {
        const double eta = 0.8;
        var decay = Math.Exp(-Rate * eta);
        var factor = decay - (1 - decay) / Rate;
        var expected = StationaryRisk(Tau * (1 - decay * decay) / Particles / (1 - factor * factor));

        var ends = Linear("exponential", steps: 20, horizon: 16, replicas: 200);

        Sample.Of(ends.Select(end => end.Risk)).Agrees(expected, "risk");
        Sample.Of(ends.Select(end => end.Mean)).Agrees(1 / (1 + Rate), "mean");
        // Around its mean a net that starts as the prior stays as the prior.
        Sample.Of(ends.Select(end => end.Variance)).Agrees(Tau * (1 - 1.0 / Particles), "variance");
    }

    /// <summary>For a linear drift -lam w Heun's step multiplies by 1 - z + z^2/2, z = eta lam, and its noise by 1 - z/2.</summary>
    [Fact]
    public void Heuns_scheme_has_the_moments_of_its_linear_recursion()
    {
        const double eta = 0.5;
        var ends = Linear("heun", steps: 40, horizon: 20, replicas: 200);

        Sample.Of(ends.Select(end => end.Mean)).Agrees(1 / (1 + Rate), "mean");
        Sample.Of(ends.Select(end => end.Variance)).Agrees(Stationary(Rate) * (1 - 1.0 / Particles), "variance");
        Sample.Of(ends.Select(end => end.Risk)).Agrees(StationaryRisk(Stationary(1 + Rate) / Particles), "risk");

        static double Stationary(double rate)
        {
            var z = eta * rate;
            var factor = 1 - z + z * z / 2;
            return 2 / Beta * eta * Math.Pow(1 - z / 2, 2) / (1 - factor * factor);
        }
    }
}

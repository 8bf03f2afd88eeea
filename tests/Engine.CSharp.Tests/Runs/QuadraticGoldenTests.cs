using MeanField.Engine.Runs;
using MeanField.Golden;

namespace MeanField.Engine.Tests.Runs;

/// <summary>
/// QQ of theory section 9: quadratic neurons, whose laws stay normal. The golden numbers are those of continuous time and of the law; Heun's chain
/// differs from them by a multiple of eta^2 and N neurons by one of 1/N, both below the standard errors here.
/// </summary>
public sealed class QuadraticGoldenTests
{
    private const string Problem = """
        neuron.activation = "dot(b, x)^2"
        neuron.parameters = ["b[p]"]
        input.law = "atoms"
        input.points = [[1, 0], [0, 1], [1, 1]]
        input.weights = [0.4, 0.3, 0.3]
        target.values = [2, 0.5, 1.5]
        energy.beta = 2
        energy.tau = 0.5
        run.scheme = "heun"
        run.steps = 100
        run.particles = 20000
        run.replicas = 40
        """;

    [Fact]
    public void Langevins_dynamics_from_the_prior_has_its_covariance_at_time_one()
    {
        var result = Problems.Run(Problems.Prepare(Problem, "run.dynamics=langevin", "run.start=prior", "run.horizon=1"));

        HasCovariance(result, "QQ.langevin.covariance");
    }

    [Fact]
    public void The_greedy_dynamics_has_its_covariance_risk_and_cost()
    {
        var result = Problems.Run(Problems.Prepare(Problem));

        HasCovariance(result, "QQ.greedy.covariance");
        Sample.Of(result.Estimates.Risk).Agrees(GoldenFile.Number("QQ.greedy.risk").Value, "risk");
        // The trapezoid's own error is of order eta^2.
        Sample.Of(result.Estimates.ControlCostLimit).Agrees(GoldenFile.Number("QQ.greedy.cost").Value, "cost");
    }

    private static void HasCovariance(RunResult result, string key)
    {
        var golden = GoldenFile.List(key);
        for (var (i, k) = (0, 0); i < 2; i++)
        for (var j = i; j < 2; j++, k++)
            new Sample(result.Law.Covariance[i][j], result.Law.CovarianceErrors![i][j]).Agrees(golden[k].Value, $"covariance {i} {j}");
    }
}

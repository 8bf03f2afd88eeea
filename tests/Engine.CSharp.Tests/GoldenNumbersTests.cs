using MeanField.Golden;

namespace MeanField.Engine.Tests;

/// <summary>The reference data must satisfy the identities of the theory: a mistyped digit is found here, not in a test that uses it.</summary>
public sealed class GoldenNumbersTests
{
    [Theory]
    [InlineData("L")]
    [InlineData("QQ")]
    [InlineData("T1")]
    [InlineData("RELU")]
    [InlineData("ERF")]
    [InlineData("ATOMS")]
    public void The_least_free_energy_is_half_the_risk_plus_the_divergence_over_beta(string problem)
    {
        var (energy, risk, kl) = (Number(problem, "freeEnergy"), Number(problem, "risk"), Number(problem, "kl"));
        var beta = Number(problem, "beta").Value;
        Agree(energy, 0.5 * risk.Value + kl.Value / beta, 0.5 * risk.HalfUnit + kl.HalfUnit / beta);
    }

    [Fact]
    public void The_logistic_free_energy_is_the_loss_plus_the_divergence_over_beta()
    {
        var (energy, loss, kl) = (Number("LOG", "freeEnergy"), Number("LOG", "loss"), Number("LOG", "kl"));
        Agree(energy, loss.Value + kl.Value / 10, loss.HalfUnit + kl.HalfUnit / 10);
    }

    [Theory]
    [InlineData("T1.greedy100", 20.0)]
    [InlineData("T1.greedyLimit", 20.0)]
    [InlineData("QQ.greedy", 2.0)]
    public void The_value_of_the_greedy_dynamics_is_its_cost_over_beta_plus_half_its_risk(string row, double beta)
    {
        var (value, cost, risk) = (Number(row, "value"), Number(row, "cost"), Number(row, "risk"));
        Agree(value, cost.Value / beta + 0.5 * risk.Value, cost.HalfUnit / beta + 0.5 * risk.HalfUnit);
    }

    [Theory]
    [InlineData("L")]
    [InlineData("QQ")]
    public void The_excess_of_the_greedy_dynamics_is_its_value_less_the_least_free_energy(string problem)
    {
        var (value, energy) = (Number(problem, "greedy.value"), Number(problem, "freeEnergy"));
        Agree(Number(problem, "greedy.excess"), value.Value - energy.Value, value.HalfUnit + energy.HalfUnit);
    }

    [Theory]
    [InlineData("risk")]
    [InlineData("mean")]
    [InlineData("variance")]
    [InlineData("cost")]
    public void Greedy_rows_approach_their_limit_at_weak_order_one(string quantity)
    {
        var limit = Number("T1.greedyLimit", quantity).Value;
        var distances = new[] { 25, 50, 100, 200, 400 }.Select(steps => Number($"T1.greedy{steps}", quantity).Value - limit).ToArray();
        var ratios = distances.Zip(distances.Skip(1), (coarse, fine) => coarse / fine).ToArray();
        // The second-order term of the expansion in the step makes the ratio differ from 2 by a multiple of the step.
        for (var level = 0; level < ratios.Length; level++)
            Assert.InRange(ratios[level], 2 - 2.0 / (25 << level), 2 + 10.0 / (25 << level));
    }

    private static GoldenNumber Number(string problem, string name) => GoldenFile.Number($"{problem}.{name}");

    private static void Agree(GoldenNumber golden, double other, double otherHalfUnit)
    {
        // The last term is the rounding of the few operations above, at most 4 ulp of numbers below 2.
        var tolerance = golden.HalfUnit + otherHalfUnit + 1e-15;
        Assert.InRange(other, golden.Value - tolerance, golden.Value + tolerance);
    }
}

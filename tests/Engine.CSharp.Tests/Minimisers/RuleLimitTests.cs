using MeanField.Core;
using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Tests.Minimisers;

/// <summary>Rules that memory and time do not serve: refused, or left for sampling, before their points are made.</summary>
public sealed class RuleLimitTests
{
    /// <summary>1500 kink planes in three axes: 80 x 80 x 12080 points.</summary>
    private const string ManyKinks = """
        neuron.activation = "relu(dot(b, x))"
        neuron.parameters = ["b[p]"]
        input.dimension = 3
        input.law = "normal"
        input.mean = 0.0
        input.scale = 1.0
        input.rule = "sobol"
        input.nodes = 1500
        target.expression = "x[1]"
        energy.beta = 1
        energy.tau = 1
        """;

    [Fact]
    public void A_first_rule_that_is_too_large_is_refused()
    {
        var fault = Assert.Throws<FaultException>(() => GibbsProblems.Solve(ManyKinks, SolveMethod.Quadrature));

        Assert.Contains("a product rule of 77312000 points", FaultModule.message(fault.Fault), StringComparison.Ordinal);
        Assert.Equal(2, FaultModule.exitCode(fault.Fault));
    }

    [Fact]
    public void Sampling_takes_its_place_where_the_method_is_free()
    {
        var solution = GibbsProblems.Solve(ManyKinks, SolveMethod.Auto);

        Assert.Equal("importance", solution.Method);
        Assert.True(solution.Certificate.IsCertified, solution.Certificate.Obstacle);
    }
}

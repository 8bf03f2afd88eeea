using MeanField.Core;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Tests.Runs;

namespace MeanField.Engine.Tests.Minimisers;

/// <summary>The problems of theory section 9 whose Gibbs minimiser is known, and their solutions.</summary>
internal static class GibbsProblems
{
    public static readonly Dictionary<string, string> All = new()
    {
        ["L"] = Problems.Linear,
        ["T1"] = Problems.T1,
        ["Q"] = """
            neuron.activation = "w^2"
            neuron.parameters = ["w"]
            input.law = "atoms"
            input.points = [[1]]
            target.values = [2]
            energy.beta = 1
            energy.tau = 1
            """,
        ["QQ"] = """
            neuron.activation = "dot(b, x)^2"
            neuron.parameters = ["b[p]"]
            input.law = "atoms"
            input.points = [[1, 0], [0, 1], [1, 1]]
            input.weights = [0.4, 0.3, 0.3]
            target.values = [2, 0.5, 1.5]
            energy.beta = 2
            energy.tau = 0.5
            """,
        ["LOG"] = """
            neuron.activation = "tanh(b*x + c)"
            neuron.parameters = ["b", "c"]
            input.law = "atoms"
            input.points = [[-1.5], [-1], [-0.5], [0.25], [0.75], [1.25]]
            target.values = [-1, -1, 1, -1, 1, 1]
            energy.loss = "logistic"
            energy.beta = 10
            energy.tau = 1
            """,
        ["RELU"] = """
            neuron.activation = "relu(b*x + c)"
            neuron.parameters = ["b", "c"]
            input.dimension = 1
            input.law = "uniform"
            input.low = -1
            input.high = 1
            input.nodes = 16
            target.expression = "abs(x)"
            energy.beta = 8
            energy.tau = 0.5
            """,
        ["ERF"] = """
            neuron.activation = "erf((b*x + c)/sqrt(2))"
            neuron.parameters = ["b", "c"]
            input.dimension = 1
            input.law = "normal"
            input.mean = 0
            input.scale = 1
            input.nodes = 20
            target.expression = "x/(1 + x^2) + 1/2"
            energy.beta = 15
            energy.tau = 0.8
            """,
        ["ATOMS"] = """
            neuron.activation = "a*sigmoid(dot(b, x))"
            neuron.parameters = ["a", "b[p]"]
            input.law = "atoms"
            input.points = [[0, 0], [1, 0], [0, 1], [1, 1], [-0.5, 2]]
            input.weights = [0.1, 0.3, 0.25, 0.2, 0.15]
            target.values = [0.2, 1, -0.6, 0.4, -0.9]
            energy.beta = 20
            energy.tau = 1
            """,
    };

    /// <summary>A problem solved by a method.</summary>
    public static Solution Solve(string toml, SolveMethod method, double? tolerance = null, int threads = 2) =>
        Minimiser.Of(
            MinimiserProblem.Of(Problems.Read(toml), ""),
            new SolveOptions(method, tolerance, threads),
            _ => { },
            CancellationToken.None
        );
}

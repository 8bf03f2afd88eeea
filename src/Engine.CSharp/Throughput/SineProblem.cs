namespace MeanField.Engine.Throughput;

/// <summary>The problem that is measured where none is given: the sine example with 64 nodes and 20480 particles in one ensemble.</summary>
public static class SineProblem
{
    /// <summary>Its file.</summary>
    public const string Toml = """
        title = "Sine on an interval"

        [constants]
        amplitude = 1.0

        [neuron]
        activation = "a*tanh(dot(b, x) + c)"
        parameters = ["a", "b[p]", "c"]

        [input]
        dimension = 1
        law = "uniform"
        low = -1.0
        high = 1.0
        rule = "gauss-legendre"
        nodes = 64

        [target]
        expression = "amplitude*sin(pi*x)"

        [energy]
        beta = 50.0
        tau = 1.0
        loss = "squared"

        [run]
        dynamics = "greedy"
        particles = 20480
        steps = 400
        seed = 1
        replicas = 1
        """;
}

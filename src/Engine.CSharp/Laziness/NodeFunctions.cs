using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Laziness;

/// <summary>Functions of the inputs by their values at the nodes of a problem.</summary>
internal static class NodeFunctions
{
    /// <summary>The mean of functions, node by node.</summary>
    public static double[] Mean(IReadOnlyList<double[]> functions) =>
        [.. Enumerable.Range(0, functions[0].Length).Select(j => functions.Average(function => function[j]))];

    /// <summary>||g|| in L2(pi).</summary>
    public static double Norm(this MinimiserProblem problem, double[] function) => problem.Distance(function, new double[function.Length]);

    /// <summary>||g - h|| in L2(pi).</summary>
    public static double Distance(this MinimiserProblem problem, double[] one, double[] other)
    {
        var (weights, sum) = (problem.Weights, 0.0);
        for (var j = 0; j < weights.Length; j++)
            sum += weights[j] * (one[j] - other[j]) * (one[j] - other[j]);
        return Math.Sqrt(sum);
    }
}

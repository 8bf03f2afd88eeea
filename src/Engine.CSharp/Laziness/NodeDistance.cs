using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Laziness;

/// <summary>Norms in L2(pi) over the nodes of a problem.</summary>
internal static class NodeDistance
{
    /// <summary>||g - h||.</summary>
    public static double Distance(this MinimiserProblem problem, double[] one, double[] other)
    {
        var (weights, sum) = (problem.Weights, 0.0);
        for (var j = 0; j < weights.Length; j++)
            sum += weights[j] * (one[j] - other[j]) * (one[j] - other[j]);
        return Math.Sqrt(sum);
    }
}

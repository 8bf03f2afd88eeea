namespace MeanField.Engine.InputLaws;

/// <summary>A quadrature rule of one variable for a law symmetric about 0: <c>Nodes</c> ascend, <c>Weights</c> sum to 1.</summary>
internal sealed record GaussRule(double[] Nodes, double[] Weights)
{
    /// <summary>A rule from its nodes from the middle outwards to the right, mirrored to the left.</summary>
    /// <param name="order">The number of nodes.</param>
    /// <param name="nodeAndWeight">The node of that number and its weight, for the number's half (order + 1)/2 that is not negative.</param>
    public static GaussRule Symmetric(int order, Func<int, (double Node, double Weight)> nodeAndWeight)
    {
        var (nodes, weights) = (new double[order], new double[order]);

        for (var i = 0; i < (order + 1) / 2; i++)
        {
            var mirror = order - 1 - i;
            var (node, weight) = nodeAndWeight(mirror);
            (nodes[i], nodes[mirror]) = (0 - node, node);
            (weights[i], weights[mirror]) = (weight, weight);
        }

        return new GaussRule(nodes, weights);
    }
}

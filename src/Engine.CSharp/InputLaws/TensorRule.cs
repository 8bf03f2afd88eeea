using System.Globalization;
using MeanField.Core;

namespace MeanField.Engine.InputLaws;

/// <summary>Products of one rule over the axes, each axis with a centre and a scale of its own.</summary>
internal static class TensorRule
{
    /// <summary>Most nodes that a law may have.</summary>
    public const int MaximalNodes = 1_000_000;

    /// <summary>nodes^p nodes centre + scale * node, the last coordinate running fastest; weights are products.</summary>
    /// <param name="name">The rule as the problem file names it.</param>
    /// <param name="maximalOrder">The largest order of <paramref name="ofOrder"/>.</param>
    /// <param name="ofOrder">The rule of an order.</param>
    /// <param name="centre">p numbers.</param>
    /// <param name="scale">p numbers.</param>
    /// <param name="nodesPerAxis">The order on each axis.</param>
    /// <param name="where">Where the problem states the number of nodes; faults point there.</param>
    /// <exception cref="FaultException">No nodes, too many nodes.</exception>
    public static NodeTable Nodes(
        string name,
        int maximalOrder,
        Func<int, GaussRule> ofOrder,
        double[] centre,
        double[] scale,
        int nodesPerAxis,
        Location where
    )
    {
        var axes = centre.Length;
        var count = CheckedCount(name, maximalOrder, nodesPerAxis, axes, where);
        var rule = ofOrder(nodesPerAxis);
        var (inputs, weights) = (new double[count * axes], new double[count]);

        for (var node = 0; node < count; node++)
            weights[node] = Fill(inputs.AsSpan(node * axes, axes), node, rule, centre, scale);

        return NodeTable.Create(axes, inputs, weights);
    }

    /// <summary>Writes the node of that number, whose digits in base nodes-per-axis are the axes' indices; returns its weight.</summary>
    private static double Fill(Span<double> point, int number, GaussRule rule, double[] centre, double[] scale)
    {
        var weight = 1.0;

        for (var axis = point.Length - 1; axis >= 0; axis--)
        {
            (number, var index) = Math.DivRem(number, rule.Nodes.Length);
            point[axis] = centre[axis] + (scale[axis] * rule.Nodes[index]);
            weight *= rule.Weights[index];
        }

        return weight;
    }

    private static int CheckedCount(string name, int maximalOrder, int nodesPerAxis, int axes, Location where)
    {
        var count = Math.Pow(nodesPerAxis, axes);

        if (nodesPerAxis >= 1 && nodesPerAxis <= maximalOrder && count <= MaximalNodes)
            return (int)count;

        // The root may land a hair below a whole number; a millionth brings it back and never reaches the next one here.
        var fitting = Math.Min(maximalOrder, (int)(Math.Pow(MaximalNodes, 1.0 / axes) + 1e-6));
        var all = count.ToString(count <= MaximalNodes ? "0" : "0.###e+0", CultureInfo.InvariantCulture);
        throw new FaultException(
            FaultModule.invalid(
                where,
                $"{nodesPerAxis} nodes on each of {axes} axes, {all} in all",
                $"1 to {fitting} nodes an axis, at most {MaximalNodes} in all, for the rule \"{name}\"",
                "",
                "take fewer nodes an axis, or rule = \"sobol\", whose nodes are counted in total"
            )
        );
    }
}

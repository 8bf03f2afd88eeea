using MeanField.Core;

namespace MeanField.Engine.InputLaws;

/// <summary>The uniform law on a box, as nodes.</summary>
public static class UniformLaw
{
    /// <summary>Most nodes that a tensor rule may have.</summary>
    public const int MaximalNodes = 1_000_000;

    /// <summary>
    /// The tensor product of a Gauss-Legendre rule per axis: nodes^p nodes in the box, the last coordinate running fastest.
    /// </summary>
    /// <param name="low">Lower corner, p numbers.</param>
    /// <param name="high">Upper corner, p numbers, each above its lower one.</param>
    /// <param name="nodesPerAxis">Nodes on each axis; exact for polynomials of degree up to 2 nodes - 1 in each coordinate.</param>
    /// <param name="where">Where the problem states the law; faults point there.</param>
    /// <exception cref="FaultException">A box without volume, no nodes, too many nodes.</exception>
    public static NodeTable GaussLegendreNodes(double[] low, double[] high, int nodesPerAxis, Location where)
    {
        CheckBox(low, high, where);
        var count = CheckedCount(nodesPerAxis, low.Length, where);
        var rule = GaussLegendre.OfOrder(nodesPerAxis);
        var (inputs, weights) = (new double[count * low.Length], new double[count]);

        for (var node = 0; node < count; node++)
        {
            weights[node] = Fill(inputs.AsSpan(node * low.Length, low.Length), node, rule, low, high);
        }

        return NodeTable.Create(low.Length, inputs, weights);
    }

    /// <summary>Writes the node of that number, whose digits in base nodes-per-axis are the axes' indices; returns its weight.</summary>
    private static double Fill(Span<double> point, int number, GaussLegendre rule, double[] low, double[] high)
    {
        var weight = 1.0;

        for (var axis = point.Length - 1; axis >= 0; axis--)
        {
            (number, var index) = Math.DivRem(number, rule.Nodes.Length);
            // Halves first: high - low may overflow where both are finite.
            var (centre, radius) = ((0.5 * high[axis]) + (0.5 * low[axis]), (0.5 * high[axis]) - (0.5 * low[axis]));
            point[axis] = centre + (radius * rule.Nodes[index]);
            weight *= rule.Weights[index];
        }

        return weight;
    }

    private static void CheckBox(double[] low, double[] high, Location where)
    {
        if (low.Length == 0 || low.Length != high.Length)
        {
            throw new FaultException(
                FaultModule.invalid(where, $"{low.Length} lower and {high.Length} upper bounds", "one of each per input", "", "")
            );
        }

        for (var axis = 0; axis < low.Length; axis++)
        {
            if (!(low[axis] < high[axis]) || !double.IsFinite(low[axis]) || !double.IsFinite(high[axis]))
            {
                throw new FaultException(
                    FaultModule.invalid(
                        where,
                        FormattableString.Invariant($"low = {low[axis]} and high = {high[axis]} for input {axis + 1}"),
                        "finite bounds with low < high",
                        "",
                        "swap or correct the bounds"
                    )
                );
            }
        }
    }

    private static int CheckedCount(int nodesPerAxis, int axes, Location where)
    {
        var count = Math.Pow(nodesPerAxis, axes);

        if (nodesPerAxis >= 1 && nodesPerAxis <= GaussLegendre.MaximalOrder && count <= MaximalNodes)
        {
            return (int)count;
        }

        // The root may land a hair below a whole number; a millionth brings it back and never reaches the next one here.
        var fitting = Math.Min(GaussLegendre.MaximalOrder, (int)(Math.Pow(MaximalNodes, 1.0 / axes) + 1e-6));
        throw new FaultException(
            FaultModule.invalid(
                where,
                FormattableString.Invariant($"{nodesPerAxis} nodes on each of {axes} axes, {count:0.###e+0} in all"),
                $"1 to {fitting} nodes an axis, at most {MaximalNodes} in all, for the rule \"gauss-legendre\"",
                "",
                "take fewer nodes an axis, or list sampled points of the box as law = \"atoms\" or \"data\""
            )
        );
    }
}

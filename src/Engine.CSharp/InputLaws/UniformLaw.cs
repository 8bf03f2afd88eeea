using MeanField.Core;

namespace MeanField.Engine.InputLaws;

/// <summary>The uniform law on a box, from its lower to its upper corner (p numbers each).</summary>
/// <remarks>Centres and radii are made of halves: high - low may overflow where both are finite.</remarks>
internal sealed record UniformLaw : ILaw
{
    private readonly double[] centre;
    private readonly double[] radius;

    /// <summary>The law on a box with volume.</summary>
    /// <exception cref="FaultException">A box without volume.</exception>
    public UniformLaw(double[] low, double[] high, Location where)
    {
        CheckBox(low, high, where);
        centre = [.. low.Zip(high, (low, high) => (0.5 * high) + (0.5 * low))];
        radius = [.. low.Zip(high, (low, high) => (0.5 * high) - (0.5 * low))];
    }

    public int Dimension => centre.Length;

    public void Sample(INumbers numbers, Span<double> input)
    {
        numbers.Uniforms(input);
        for (var axis = 0; axis < input.Length; axis++)
            input[axis] = centre[axis] + (radius[axis] * ((2 * input[axis]) - 1));
    }

    /// <summary>The tensor product of a Gauss-Legendre rule per axis; exact for polynomials of degree up to 2 nodes - 1 in each coordinate.</summary>
    /// <exception cref="FaultException">No nodes, too many nodes.</exception>
    public NodeTable GaussLegendreNodes(int nodesPerAxis, Location where) =>
        TensorRule.Nodes("gauss-legendre", GaussLegendre.MaximalOrder, GaussLegendre.OfOrder, centre, radius, nodesPerAxis, where);

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
}

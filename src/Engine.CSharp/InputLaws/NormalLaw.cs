using MeanField.Core;

namespace MeanField.Engine.InputLaws;

/// <summary>Independent normal coordinates of the given means and standard deviations, p numbers each.</summary>
internal sealed record NormalLaw(double[] Mean, double[] Scale) : ILaw
{
    public int Dimension => Mean.Length;

    public void Sample(INumbers numbers, Span<double> input)
    {
        numbers.Normals(input);
        for (var axis = 0; axis < input.Length; axis++)
            input[axis] = Mean[axis] + (Scale[axis] * input[axis]);
    }

    /// <summary>The tensor product of a Gauss-Hermite rule per axis; exact for polynomials of degree up to 2 nodes - 1 in each coordinate.</summary>
    /// <exception cref="FaultException">No nodes, too many nodes.</exception>
    public NodeTable GaussHermiteNodes(int nodesPerAxis, Location where) =>
        TensorRule.Nodes("gauss-hermite", GaussHermite.MaximalOrder, GaussHermite.OfOrder, Mean, Scale, nodesPerAxis, where);
}

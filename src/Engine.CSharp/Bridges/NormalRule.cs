using MeanField.Core;
using MeanField.Engine.InputLaws;

namespace MeanField.Engine.Bridges;

/// <summary>Weighted points of the standard normal law.</summary>
/// <param name="Normals">K x d, row-major.</param>
/// <param name="LogWeights">K numbers.</param>
internal sealed record NormalRule(double[] Normals, double[] LogWeights)
{
    /// <summary>K.</summary>
    public int Count => LogWeights.Length;

    /// <summary>The product of Gauss-Hermite rules; of the single point 0 in no dimension.</summary>
    public static NormalRule Product(int dimension, int order)
    {
        var rule = GaussHermite.OfOrder(order);
        var count = (int)Math.Pow(order, dimension);
        var (normals, logWeights) = (new double[count * dimension], new double[count]);
        for (var k = 0; k < count; k++)
        for (var (i, rest) = (0, k); i < dimension; i++, rest /= order)
        {
            normals[k * dimension + i] = rule.Nodes[rest % order];
            logWeights[k] += Math.Log(rule.Weights[rest % order]);
        }
        return new NormalRule(normals, logWeights);
    }

    /// <summary>Scrambled Sobol points of equal weights, each with its opposite.</summary>
    public static NormalRule Sobol(int dimension, int count, ulong seed)
    {
        var numbers = new SobolNumbers(dimension, seed, Location.Nowhere);
        var (normals, logWeights) = (new double[2 * count * dimension], new double[2 * count]);
        Array.Fill(logWeights, -Math.Log(2 * count));
        for (var k = 0; k < count; k++)
        {
            var point = normals.AsSpan(2 * k * dimension, dimension);
            numbers.MoveTo((uint)k);
            numbers.Normals(point);
            for (var i = 0; i < dimension; i++)
                normals[(2 * k + 1) * dimension + i] = -point[i];
        }
        return new NormalRule(normals, logWeights);
    }
}

using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Minimisers;

/// <summary>What the points of a rule see of a density: the box that they span, and the largest log density at them.</summary>
internal sealed record SeenRange(double[] Low, double[] High, double Top)
{
    /// <summary>Of points and their log densities with respect to gamma, which include their weights.</summary>
    public static SeenRange Of(IntegrationPoints points, double[] logDensities, double tau)
    {
        var axes = points.Layout.Dimension;
        var (low, high, top) = (new double[axes], new double[axes], double.NegativeInfinity);
        Array.Fill(low, double.PositiveInfinity);
        Array.Fill(high, double.NegativeInfinity);
        for (var k = 0; k < points.Count; k++)
        {
            var block = points.State.Slice<double>(points.Layout.Index(k, 0), (axes - 1) * ParticleLayout.Lanes + 1);
            var density = logDensities[k] - points.LogWeights[k];
            for (var axis = 0; axis < axes; axis++)
            {
                var w = block[axis * ParticleLayout.Lanes];
                (low[axis], high[axis]) = (Math.Min(low[axis], w), Math.Max(high[axis], w));
                density += IntegrationPoints.LogPrior(w, tau);
            }
            top = Math.Max(top, density);
        }
        return new SeenRange(low, high, top);
    }

    /// <summary>Whether a point lies in the box, stretched about 0 by a factor.</summary>
    public bool Holds(ReadOnlySpan<double> point, double stretch = 1)
    {
        for (var axis = 0; axis < point.Length; axis++)
            if (point[axis] < Math.Min(Low[axis], stretch * Low[axis]) || point[axis] > Math.Max(High[axis], stretch * High[axis]))
                return false;
        return true;
    }
}

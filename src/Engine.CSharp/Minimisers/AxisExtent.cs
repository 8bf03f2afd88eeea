using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Minimisers;

/// <summary>Where along an axis the points of weight stand.</summary>
/// <param name="Low">The first point of noticeable weight.</param>
/// <param name="High">The last one.</param>
/// <param name="TouchesLow">Whether the outermost point has noticeable weight.</param>
/// <param name="TouchesHigh">The same on the right.</param>
internal sealed record AxisExtent(double Low, double High, bool TouchesLow, bool TouchesHigh)
{
    /// <summary>Whether weight is at an end of the range: there may be more beyond.</summary>
    public bool Touches => TouchesLow || TouchesHigh;

    /// <summary>Log of a density that is noticed, relative to the largest: the mass beyond is below rounding.</summary>
    private const double Noticed = -42;

    /// <summary>The extents along all axes, from the log density at each point (its weight under gamma apart).</summary>
    public static IReadOnlyList<AxisExtent> Of(IntegrationPoints points, double[] logDensities)
    {
        var (state, layout, axes) = (points.State, points.Layout, points.Layout.Dimension);
        var least = logDensities.Max() + Noticed;
        var weighty = Bounds.Of(axes);
        var all = Bounds.Of(axes);
        for (var k = 0; k < logDensities.Length; k++)
        {
            var block = state.Slice<double>(layout.Index(k, 0), (axes - 1) * ParticleLayout.Lanes + 1);
            all.Include(block);
            if (logDensities[k] >= least)
                weighty.Include(block);
        }
        return
        [
            .. Enumerable
                .Range(0, axes)
                .Select(axis => new AxisExtent(
                    weighty.Low[axis],
                    weighty.High[axis],
                    weighty.Low[axis] == all.Low[axis],
                    weighty.High[axis] == all.High[axis]
                )),
        ];
    }

    private sealed record Bounds(double[] Low, double[] High)
    {
        public static Bounds Of(int axes) =>
            new([.. Enumerable.Repeat(double.PositiveInfinity, axes)], [.. Enumerable.Repeat(double.NegativeInfinity, axes)]);

        public void Include(ReadOnlySpan<double> lanes)
        {
            for (var axis = 0; axis < Low.Length; axis++)
            {
                var w = lanes[axis * ParticleLayout.Lanes];
                (Low[axis], High[axis]) = (Math.Min(Low[axis], w), Math.Max(High[axis], w));
            }
        }
    }
}

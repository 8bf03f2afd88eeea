namespace MeanField.Engine.Bridges;

/// <summary>
/// The trapezoid rule for a mixture of normal laws in one or two dimensions: equal steps on a box of 8.5 standard deviations around each part, nodes of
/// negligible weight left out. For entire functions with Gaussian decay its error falls as exp(-2 pi^2 (s/h)^2), s the narrowest width of what is
/// integrated: here that of one end given the other.
/// </summary>
internal static class MixtureNodes
{
    private const double Reach = 8.5;

    /// <summary>h/s: an error of 1e-17.</summary>
    private const double StepOfWidth = 0.7;

    private const double Negligible = 1e-18;

    /// <summary>More nodes than these cost more than a sample of the accuracy that people ask for.</summary>
    private const long MostNodes = 40_000;

    /// <summary>The nodes of a law that is joined to another one at a given tau; null where there are more than two dimensions or too many nodes.</summary>
    public static PointLaw? Of(GaussianMixture law, double scaleOfOther, double tau)
    {
        if (law.Dimension > 2)
            return null;
        var step = StepOfWidth * Width(law.LeastScale, scaleOfOther, tau);
        var axes = Enumerable.Range(0, law.Dimension).Select(axis => Axis(law, axis, step)).ToArray();
        return axes.Any(axis => axis is null) || axes.Aggregate(1L, (product, axis) => product * axis!.Length) > 64 * MostNodes
            ? null
            : Weighed(law, Grid(axes!));
    }

    /// <summary>sqrt(tau A) for a normal end of standard deviation s and a start of S: S^2 A^2 + tau A = s^2.</summary>
    private static double Width(double scale, double scaleOfOther, double tau)
    {
        var (here, there) = (scale * scale, scaleOfOther * scaleOfOther);
        return Math.Sqrt(tau * here / (tau / 2 + Math.Sqrt(tau * tau / 4 + here * there)));
    }

    private static double[]? Axis(GaussianMixture law, int axis, double step)
    {
        var ends = law.Parts.Select(part => (Middle: part.Mean[axis], Half: Reach * Math.Sqrt(part.Covariance[axis, axis]))).ToArray();
        var (low, high) = (ends.Min(end => end.Middle - end.Half), ends.Max(end => end.Middle + end.Half));
        var count = Math.Ceiling((high - low) / step) + 1;
        return count > 64 * MostNodes ? null : [.. Enumerable.Range(0, (int)count).Select(k => low + k * step)];
    }

    private static double[] Grid(double[][] axes) =>
        axes is [var only] ? only : [.. axes[0].SelectMany(x => axes[1].SelectMany(y => new[] { x, y }))];

    private static PointLaw? Weighed(GaussianMixture law, double[] points)
    {
        var densities = law.Law(points, new double[points.Length / law.Dimension], PointKind.Nodes).LogDensities!;
        var largest = densities.Max();
        int[] kept = [.. Enumerable.Range(0, densities.Length).Where(k => densities[k] - largest > Math.Log(Negligible))];
        if (kept.Length > MostNodes)
            return null;
        var sum = kept.Sum(k => Math.Exp(densities[k] - largest));
        return new PointLaw(
            law.Dimension,
            [.. kept.SelectMany(k => points.AsSpan(k * law.Dimension, law.Dimension).ToArray())],
            [.. kept.Select(k => Math.Exp(densities[k] - largest) / sum)],
            PointKind.Nodes,
            [.. kept.Select(k => densities[k])]
        );
    }
}

namespace MeanField.Engine.Minimisers;

/// <summary>
/// The box in which the dual of a loss of straight pieces is finite, with its logarithmic barrier t E_pi[log(alpha - low) + log(high - alpha)], which
/// makes the dual curve and keeps Newton's method inside [nesterov1994]. At its maximum the gap is at most 2 t.
/// </summary>
internal sealed class DualBox
{
    private readonly double[] low;
    private readonly double[] high;
    private readonly double[] weights;

    /// <summary>Between two ends at each node, in either order.</summary>
    public DualBox(double[] one, double[] other, double[] weights)
    {
        low = [.. one.Zip(other, Math.Min)];
        high = [.. one.Zip(other, Math.Max)];
        this.weights = weights;
    }

    /// <summary>The middle of the box.</summary>
    public double[] Middle => [.. low.Zip(high, (from, to) => from + (to - from) / 2)];

    /// <summary>The barrier at alpha, NaN outside; adds its slopes to those of the dual and its curvature to l*''.</summary>
    public double Add(double[] alpha, double share, double[] slopes, double[] curvature)
    {
        var sum = 0.0;
        for (var j = 0; j < alpha.Length; j++)
        {
            var (below, above) = (alpha[j] - low[j], high[j] - alpha[j]);
            sum += below > 0 && above > 0 ? share * weights[j] * (Math.Log(below) + Math.Log(above)) : double.NaN;
            slopes[j] += share / below - share / above;
            curvature[j] += share / (below * below) + share / (above * above);
        }
        return sum;
    }
}

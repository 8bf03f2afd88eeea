namespace MeanField.Engine.Minimisers;

/// <summary>
/// Temperatures lambda from a first one to 1, at the points of Clenshaw's and Curtis's rule [clenshaw1960] in log lambda: log Z(1) - log Z(first) is the
/// integral of lambda E_lambda[H] over log lambda, where a mode that comes in turns over a length of about 1, at whatever scale.
/// </summary>
internal sealed class TemperatureRule
{
    /// <summary>So many intervals of the rule for a factor e of lambda; the rule of half of them is to see some of the turns, too.</summary>
    private const int Intervals = 4;

    private const int LeastIntervals = 8;

    /// <summary>The rule from a temperature in (0, 1]; from 1 it is the one point with the weight 0.</summary>
    public TemperatureRule(double first)
    {
        if (first >= 1)
        {
            (Temperatures, Weights, HalfWeights) = ([1], [0], [0]);
            return;
        }
        var length = -Math.Log(first);
        var count = Math.Max(LeastIntervals, Intervals * (int)Math.Ceiling(length));
        Temperatures = [.. Enumerable.Range(0, count + 1).Select(k => Math.Exp(-length * (1 + Math.Cos(Math.PI * k / count)) / 2))];
        Weights = Of(count, 1);
        HalfWeights = Of(count / 2, 2);

        // Weights lambda d log lambda of the rule on every so manieth point.
        double[] Of(int intervals, int stride)
        {
            var weights = new double[count + 1];
            for (var k = 0; k <= intervals; k++)
                weights[k * stride] = length / 2 * Temperatures[k * stride] * Weight(k, intervals);
            return weights;
        }
    }

    /// <summary>lambda, rising, the last of them 1.</summary>
    public double[] Temperatures { get; }

    /// <summary>The weights of E_lambda[H].</summary>
    public double[] Weights { get; }

    /// <summary>The weights of the rule on every second temperature, whose difference bounds the error of the first.</summary>
    public double[] HalfWeights { get; }

    /// <summary>Of the point cos(pi k/n) on [-1, 1], n even.</summary>
    private static double Weight(int k, int n)
    {
        var sum = 1.0;
        for (var j = 1; j <= n / 2; j++)
            sum -= (2 * j == n ? 1.0 : 2.0) / (4 * j * j - 1) * Math.Cos(2 * Math.PI * j * k / n);
        return (k == 0 || k == n ? 1.0 : 2.0) / n * sum;
    }
}

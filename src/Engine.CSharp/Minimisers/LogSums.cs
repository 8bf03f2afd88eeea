using System.Numerics.Tensors;

namespace MeanField.Engine.Minimisers;

/// <summary>Sums of exponentials by their logarithms, without overflow. A logarithm of -infinity is a term of 0.</summary>
internal static class LogSums
{
    /// <summary>log of the mean of exp(power log) over all logs; -infinity where all terms are 0.</summary>
    public static double Mean(ReadOnlySpan<double> logs, double power = 1)
    {
        var top = TensorPrimitives.Max(logs);
        if (double.IsNegativeInfinity(top))
            return top;
        var sum = 0.0;
        foreach (var log in logs)
            sum += Math.Exp(power * (log - top));
        return power * top + Math.Log(sum / logs.Length);
    }

    /// <summary>Of each exp(log) its share of their sum.</summary>
    public static double[] Shares(IReadOnlyList<double> logs)
    {
        var top = logs.Max();
        double[] terms = [.. logs.Select(log => Math.Exp(log - top))];
        var sum = terms.Sum();
        return [.. terms.Select(term => term / sum)];
    }

    /// <summary>(SUM p)^2/(M SUM p^2) of p = exp(power log) over the M logs that are not -infinity.</summary>
    public static double EffectiveShare(ReadOnlySpan<double> logs, double power)
    {
        var (top, sum, squares, count) = (TensorPrimitives.Max(logs), 0.0, 0.0, 0);
        foreach (var log in logs)
        {
            if (double.IsNegativeInfinity(log))
                continue;
            var term = Math.Exp(power * (log - top));
            (sum, squares, count) = (sum + term, squares + term * term, count + 1);
        }
        return sum * sum / (squares * count);
    }
}

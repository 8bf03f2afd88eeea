using System.Globalization;
using MeanField.Core;

namespace MeanField.Engine.InputLaws;

/// <summary>A discrete law: points with weights.</summary>
public static class AtomsLaw
{
    /// <summary>The points as nodes in their order, with the weights divided by their sum.</summary>
    /// <param name="points">n points of p coordinates each.</param>
    /// <param name="weights">n non-negative weights of any positive sum; null: equal weights.</param>
    /// <param name="where">Where the problem states the law; faults point there.</param>
    /// <exception cref="FaultException">No points, unequal dimensions, a number of weights other than n, a weight that is negative
    /// or not finite, a zero sum, a coordinate that is not finite.</exception>
    public static NodeTable Nodes(double[][] points, double[]? weights, Location where)
    {
        CheckPoints(points, where);
        var given = weights ?? Enumerable.Repeat(1.0, points.Length).ToArray();
        CheckWeights(given, points.Length, where);
        return NodeTable.Create(points[0].Length, [.. points.SelectMany(point => point)], Normalised(given, where));
    }

    /// <summary>The weights over their sum. A power of two goes first, which rounds nothing: a sum of huge weights would overflow.</summary>
    private static double[] Normalised(double[] weights, Location where)
    {
        var largest = weights.Max();

        if (largest == 0)
        {
            throw Refusal(where, "weights that sum to zero", "at least one positive weight");
        }

        var scaled = weights.Select(weight => Math.ScaleB(weight, -Math.ILogB(largest))).ToArray();
        var sum = scaled.Sum();
        return [.. scaled.Select(weight => weight / sum)];
    }

    private static void CheckPoints(double[][] points, Location where)
    {
        if (points.Length == 0 || points[0].Length == 0)
        {
            throw Refusal(where, "no points", "at least one point, such as [[0, 0], [1, 0]]");
        }

        for (var i = 0; i < points.Length; i++)
        {
            if (points[i].Length != points[0].Length)
            {
                throw Refusal(where, $"{points[i].Length} coordinates in point {i + 1}", $"{points[0].Length}, as in point 1");
            }

            if (points[i].Any(coordinate => !double.IsFinite(coordinate)))
            {
                throw Refusal(where, $"a coordinate of point {i + 1} that is not finite", "finite numbers");
            }
        }
    }

    private static void CheckWeights(double[] weights, int points, Location where)
    {
        if (weights.Length != points)
        {
            throw Refusal(where, $"{weights.Length} weights for {points} points", "one weight a point");
        }

        var wrong = Array.FindIndex(weights, weight => !(weight >= 0 && double.IsFinite(weight)));

        if (wrong >= 0)
        {
            var found = weights[wrong].ToString(CultureInfo.InvariantCulture);
            throw Refusal(where, $"weight {wrong + 1} = {found}", "finite weights that are not negative");
        }
    }

    private static FaultException Refusal(Location where, string found, string expected) =>
        new(FaultModule.invalid(where, found, expected, "", ""));
}

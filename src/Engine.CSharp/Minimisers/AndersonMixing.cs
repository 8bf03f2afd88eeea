using System.Numerics.Tensors;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// Anderson's acceleration of a fixed point x = x + r(x) [anderson1965]: the next point from the combination of the last few whose residual, linearly
/// interpolated, is least in L2 of the present law.
/// </summary>
internal sealed class AndersonMixing(WeightedLaw law)
{
    private const int Depth = 12;

    /// <summary>Added to the diagonal of the normal equations: changes that nearly depend on one another are no ground for long steps.</summary>
    private const double Regularisation = 1e-13;

    private readonly List<(double[] Step, double[] Change)> history = [];

    /// <summary>Whether there is anything to combine.</summary>
    public bool IsEmpty => history.Count == 0;

    /// <summary>Remembers a step that was taken.</summary>
    public void Add(CriticalState from, CriticalState to)
    {
        if (history.Count == Depth)
            history.RemoveAt(0);
        history.Add((Difference(to.Exponent, from.Exponent), Difference(to.Residual, from.Residual)));
    }

    /// <summary>The step proposed from a state: to the combination, and from there a share of its residual.</summary>
    public double[] Step(CriticalState state, double share)
    {
        var proposed = new double[state.Exponent.Length];
        TensorPrimitives.Multiply(state.Residual, share, proposed);
        foreach (var ((step, change), factor) in history.Zip(Factors(state)))
        {
            TensorPrimitives.FusedMultiplyAdd(step, -factor, proposed, proposed);
            TensorPrimitives.FusedMultiplyAdd(change, -share * factor, proposed, proposed);
        }
        return proposed;
    }

    /// <summary>The changes are scaled to norm 1, for older ones are larger by orders of magnitude.</summary>
    private double[] Factors(CriticalState state)
    {
        var changes = history.Select(entry => law.Weighed(state, entry.Change)).ToList();
        var residual = law.Weighed(state, state.Residual);
        var norms = changes.Select(change => TensorPrimitives.Norm<double>(change)).Select(norm => norm > 0 ? norm : 1).ToArray();
        var matrix = new double[changes.Count, changes.Count];
        var right = new double[changes.Count];
        for (var i = 0; i < changes.Count; i++)
        {
            right[i] = TensorPrimitives.Dot<double>(changes[i], residual) / norms[i];
            for (var j = 0; j < i; j++)
                matrix[i, j] = TensorPrimitives.Dot<double>(changes[i], changes[j]) / (norms[i] * norms[j]);
            matrix[i, i] = 1 + Regularisation;
        }
        Solve(matrix, right);
        return [.. right.Zip(norms, (factor, norm) => factor / norm)];
    }

    /// <summary>Cholesky's method: the solution in the place of the right side, for the lower triangle of a positive definite matrix.</summary>
    private static void Solve(double[,] matrix, double[] right)
    {
        var n = right.Length;
        for (var i = 0; i < n; i++)
        {
            for (var j = 0; j <= i; j++)
            {
                for (var k = 0; k < j; k++)
                    matrix[i, j] -= matrix[i, k] * matrix[j, k];
                matrix[i, j] = j < i ? matrix[i, j] / matrix[j, j] : Math.Sqrt(Math.Max(matrix[i, i], Regularisation));
            }
            for (var k = 0; k < i; k++)
                right[i] -= matrix[i, k] * right[k];
            right[i] /= matrix[i, i];
        }
        for (var i = n - 1; i >= 0; i--)
        {
            for (var k = i + 1; k < n; k++)
                right[i] -= matrix[k, i] * right[k];
            right[i] /= matrix[i, i];
        }
    }

    private static double[] Difference(double[] to, double[] from)
    {
        var difference = new double[to.Length];
        TensorPrimitives.Subtract(to, from, difference);
        return difference;
    }
}

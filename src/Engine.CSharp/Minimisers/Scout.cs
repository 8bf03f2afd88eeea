using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.InputLaws;

namespace MeanField.Engine.Minimisers;

/// <summary>What a scout found beyond a rule's points; both null where it found nothing.</summary>
/// <param name="Range">On each axis the range of points outside the rule's that have noticeable density.</param>
/// <param name="Excess">How far the largest density found, by its logarithm, is above the largest at the rule's points.</param>
internal sealed record Discovery(IReadOnlyList<(double Low, double High)>? Range, double Excess);

/// <summary>
/// Looks for modes of mu_alpha that a rule may have missed, by its density at Sobol points of normal laws around 0 that are wider than the prior, up to 32
/// times. Evidence, no proof: a mode much narrower than their distance stays unseen. Thread-safe.
/// </summary>
internal sealed class Scout
{
    /// <summary>In more dimensions scattered points are nowhere near a law's modes.</summary>
    public const int MaximalDimension = 64;

    private const int Count = 1 << 15;
    private const int Scales = 6;
    private const ulong Seed = 20_020_198_7;

    /// <summary>Log of a density that is noticed, relative to the largest.</summary>
    private const double Noticed = -42;

    private readonly MinimiserProblem problem;
    private readonly double tau;
    private readonly double[] rows;

    public Scout(MinimiserProblem problem)
    {
        (this.problem, tau) = (problem, problem.Problem.Energy.Tau.Value);
        rows = new double[Count * problem.Dimension];
        var numbers = new SobolNumbers(problem.Dimension, Seed, Location.Nowhere);
        for (var k = 0; k < Count; k++)
        {
            var point = rows.AsSpan(k * problem.Dimension, problem.Dimension);
            numbers.MoveTo((uint)k);
            numbers.Normals(point);
            foreach (ref var w in point)
                w *= Math.ScaleB(Math.Sqrt(tau), k % Scales);
        }
    }

    /// <summary>Compares with the points of a rule, whose log densities include their weights.</summary>
    public Discovery Look(double[] alpha, IntegrationPoints points, double[] logDensities, Team team)
    {
        using var exponent = new ExponentProgram(problem, Count, team, alpha);
        var found = new double[Count];
        exponent.At(rows, found);
        var (own, dimension) = (points.Layout.Rows(points.State, Elementary.NumberFormat.Double), problem.Dimension);
        var (low, high, top) = (Filled(double.PositiveInfinity), Filled(double.NegativeInfinity), double.NegativeInfinity);
        for (var k = 0; k < points.Count; k++)
        {
            top = Math.Max(
                top,
                logDensities[k] - points.LogWeights[k] + IntegrationPoints.LogPrior(own.AsSpan(k * dimension, dimension), tau)
            );
            Include(own, k, low, high);
        }
        var (far, from, to) = (false, Filled(double.PositiveInfinity), Filled(double.NegativeInfinity));
        var largest = double.NegativeInfinity;
        for (var k = 0; k < Count; k++)
        {
            var density = found[k] + IntegrationPoints.LogPrior(rows.AsSpan(k * dimension, dimension), tau);
            largest = Math.Max(largest, density);
            if (!(density > top + Noticed) || IsWithin(k, low, high))
                continue;
            far = true;
            Include(rows, k, from, to);
        }
        return new Discovery(far ? [.. from.Zip(to)] : null, largest - top);

        double[] Filled(double value) => [.. Enumerable.Repeat(value, dimension)];
    }

    private bool IsWithin(int k, double[] low, double[] high)
    {
        for (var axis = 0; axis < low.Length; axis++)
            if (rows[k * low.Length + axis] < low[axis] || rows[k * low.Length + axis] > high[axis])
                return false;
        return true;
    }

    private static void Include(double[] rows, int k, double[] low, double[] high)
    {
        for (var axis = 0; axis < low.Length; axis++)
        {
            var w = rows[k * low.Length + axis];
            (low[axis], high[axis]) = (Math.Min(low[axis], w), Math.Max(high[axis], w));
        }
    }
}

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

    private const int Scales = 6;
    private const ulong Seed = 20_020_198_7;

    /// <summary>Log of a density that is noticed, relative to the largest.</summary>
    public const double Noticed = -42;

    private readonly MinimiserProblem problem;
    private readonly int dimension;
    private readonly double tau;

    /// <summary>A scout of so many points; 2^15 see most, fewer suffice where each is dear.</summary>
    public Scout(MinimiserProblem problem, int count = 1 << 15)
    {
        (this.problem, dimension, tau) = (problem, problem.Axes, problem.Problem.Energy.Tau.Value);
        Rows = new double[count * dimension];
        var numbers = new SobolNumbers(dimension, Seed, Location.Nowhere);
        for (var k = 0; k < count; k++)
        {
            var point = Rows.AsSpan(k * dimension, dimension);
            numbers.MoveTo((uint)k);
            numbers.Normals(point);
            foreach (ref var w in point)
                w *= Math.ScaleB(Math.Sqrt(tau), k % Scales);
        }
    }

    /// <summary>The points, row-major.</summary>
    public double[] Rows { get; }

    /// <summary>Compares with the points of a rule, whose log densities include their weights.</summary>
    public Discovery Look(double[] alpha, IntegrationPoints points, double[] logDensities, Team team) =>
        Look(Exponents(problem, alpha, team, Rows), SeenRange.Of(points, logDensities, tau));

    /// <summary>Compares H at the points, the log density with respect to gamma, with what a rule's points see.</summary>
    public Discovery Look(double[] exponents, SeenRange seen)
    {
        var (far, from, to) = (false, Filled(double.PositiveInfinity), Filled(double.NegativeInfinity));
        var largest = double.NegativeInfinity;
        for (var k = 0; k < exponents.Length; k++)
        {
            var point = Rows.AsSpan(k * dimension, dimension);
            var density = exponents[k] + IntegrationPoints.LogPrior(point, tau);
            largest = Math.Max(largest, density);
            if (!(density > seen.Top + Noticed) || seen.Holds(point))
                continue;
            far = true;
            for (var axis = 0; axis < dimension; axis++)
                (from[axis], to[axis]) = (Math.Min(from[axis], point[axis]), Math.Max(to[axis], point[axis]));
        }
        return new Discovery(far ? [.. from.Zip(to)] : null, largest - seen.Top);

        double[] Filled(double value) => [.. Enumerable.Repeat(value, dimension)];
    }

    /// <summary>H of mu_alpha at points, row-major.</summary>
    public static double[] Exponents(MinimiserProblem problem, double[] alpha, Team team, double[] rows)
    {
        var exponents = new double[rows.Length / problem.Dimension];
        using var program = new ExponentProgram(problem, exponents.Length, team, alpha);
        program.At(rows, exponents);
        return exponents;
    }
}

using MeanField.Core;
using MeanField.Engine.InputLaws;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// Looks at a density along rays up to a million times the prior's width: along every axis, the diagonals of few axes, and scattered directions, both
/// ways. A density that has weight out there, or rises at the end, may have no finite mass, and then every rule of a bounded range finds a number all
/// the same. Evidence, no proof: a cone between the rays stays unseen. Thread-safe.
/// </summary>
internal sealed class Horizon
{
    /// <summary>Radii are sqrt(tau) 2^(k/2).</summary>
    private const int Radii = 41;
    private const int Scattered = 128;
    private const int DiagonalDimension = 4;
    private const ulong Seed = 19_580_402;

    /// <summary>Beyond so many times the range of a rule there should be no weight.</summary>
    private const double Beyond = 2;

    /// <summary>A ray that meets a curved valley rises for a factor of 2 or so in radius: a rise that lasts is one over so many radii.</summary>
    private const int LastingRise = 4;

    private readonly double tau;
    private readonly int dimension;

    public Horizon(int dimension, double tau)
    {
        (this.dimension, this.tau) = (dimension, tau);
        Rows =
        [
            .. Directions(dimension)
                .SelectMany(direction =>
                    Enumerable.Range(0, Radii).SelectMany(k => direction.Select(part => part * Math.Sqrt(tau) * Math.Pow(2, k / 2.0)))
                ),
        ];
    }

    /// <summary>The points, row-major; those of a ray one after another.</summary>
    public double[] Rows { get; }

    /// <summary>What is wrong with the mass of a density; null where nothing is.</summary>
    /// <param name="exponents">H at the points: the log density with respect to gamma.</param>
    /// <param name="seen">What a rule's points see of it; null while they do not hold all its weight.</param>
    public string? Look(double[] exponents, SeenRange? seen)
    {
        for (var first = 0; first < exponents.Length; first += Radii)
        {
            var before = double.PositiveInfinity;
            var rises = 0;
            for (var k = first; k < first + Radii; k++)
            {
                var point = Rows.AsSpan(k * dimension, dimension);
                var density = exponents[k] + IntegrationPoints.LogPrior(point, tau);
                // Beyond what doubles hold nothing is known: log(cosh(w)) is infinite there, too.
                if (!double.IsFinite(density))
                    continue;
                if (seen is not null && density > seen.Top + Scout.Noticed && !seen.Holds(point, Beyond))
                    return Sentence("has weight", point);
                (rises, before) = (density > before ? rises + 1 : 0, density);
            }
            if (rises >= LastingRise)
                return Sentence("still rises", Rows.AsSpan((first + Radii - 1) * dimension, dimension));
        }
        return null;
    }

    private string Sentence(string what, ReadOnlySpan<double> point)
    {
        var place = string.Join(", ", point.ToArray().Select(w => FormattableString.Invariant($"{w:G3}")));
        return $"the density {what} far out, towards ({place}): its mass may be infinite, and then there is no minimiser";
    }

    private static IEnumerable<double[]> Directions(int dimension) =>
        Half(dimension).SelectMany(direction => new[] { direction, [.. direction.Select(part => -part)] });

    private static IEnumerable<double[]> Half(int dimension)
    {
        for (var axis = 0; axis < dimension; axis++)
            yield return [.. Enumerable.Range(0, dimension).Select(other => other == axis ? 1.0 : 0.0)];
        if (dimension == 1)
            yield break;
        for (var signs = 0; dimension <= DiagonalDimension && signs < 1 << (dimension - 1); signs++)
            yield return Unit([.. Enumerable.Range(0, dimension).Select(axis => (signs >> axis & 1) == 0 ? 1.0 : -1.0)]);
        var numbers = new SobolNumbers(dimension, Seed, Location.Nowhere);
        for (var k = 0; k < Scattered; k++)
        {
            var direction = new double[dimension];
            numbers.MoveTo((uint)k);
            numbers.Normals(direction);
            yield return Unit(direction);
        }
    }

    private static double[] Unit(double[] direction)
    {
        var length = Math.Sqrt(direction.Sum(part => part * part));
        return [.. direction.Select(part => part / length)];
    }
}

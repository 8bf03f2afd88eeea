using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Bridges;

/// <summary>
/// The inner loops of <see cref="PairSweep"/>: one point against all points of the other law, eight lanes at a time on every machine, so that
/// results are the same bits whatever its vectors are (a narrower machine takes several instructions a lane bundle). The exponential is that of
/// <see cref="Exponential"/> without its subnormal results. Columns come in whole <see cref="Bundle"/>s.
/// </summary>
internal static unsafe class PairKernel
{
    /// <summary>Columns of one turn of a loop: four vectors, enough independent work for two multipliers.</summary>
    public const int Bundle = 32;

    // Between them e^x is a normal number.
    private const double Lowest = -708;
    private const double Highest = 709;
    private const int Lanes = 8;

    // 1.5 * 2^52 leaves the nearest integer in the low bits, the bias makes it an exponent field.
    private const double Rounder = 6755399441055744.0 + 1023;
    private const int MantissaBits = 52;

    /// <summary>
    /// Writes exp(shift + height_j - |x - y_j|^2), held to [e^-708, e^709], and answers the sum of these times value_j.
    /// </summary>
    /// <param name="x">The point, d numbers.</param>
    /// <param name="columns">The other points: component k of point j at k * count + j.</param>
    /// <param name="dimension">d.</param>
    /// <param name="count">Columns, a multiple of <see cref="Bundle"/>.</param>
    /// <param name="shift">Added to every exponent.</param>
    /// <param name="heights">A number a column.</param>
    /// <param name="values">A number a column.</param>
    /// <param name="exponentials">Room for a number a column.</param>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Row(
        double* x,
        double* columns,
        int dimension,
        long count,
        double shift,
        double* heights,
        double* values,
        double* exponentials
    )
    {
        var first = Vector512<double>.Zero;
        var second = Vector512<double>.Zero;
        var third = Vector512<double>.Zero;
        var fourth = Vector512<double>.Zero;
        var offset = Vector512.Create(shift);
        for (long j = 0; j < count; j += Bundle)
        {
            var e0 = Vector512<double>.Zero;
            var e1 = Vector512<double>.Zero;
            var e2 = Vector512<double>.Zero;
            var e3 = Vector512<double>.Zero;
            var y = columns + j;
            for (var k = 0; k < dimension; k++, y += count)
            {
                var coordinate = Vector512.Create(x[k]);
                e0 = PlusSquare(e0, coordinate - Vector512.Load(y));
                e1 = PlusSquare(e1, coordinate - Vector512.Load(y + Lanes));
                e2 = PlusSquare(e2, coordinate - Vector512.Load(y + 2 * Lanes));
                e3 = PlusSquare(e3, coordinate - Vector512.Load(y + 3 * Lanes));
            }
            e0 = Exp(Vector512.Load(heights + j) + offset - e0);
            e1 = Exp(Vector512.Load(heights + j + Lanes) + offset - e1);
            e2 = Exp(Vector512.Load(heights + j + 2 * Lanes) + offset - e2);
            e3 = Exp(Vector512.Load(heights + j + 3 * Lanes) + offset - e3);
            e0.Store(exponentials + j);
            e1.Store(exponentials + j + Lanes);
            e2.Store(exponentials + j + 2 * Lanes);
            e3.Store(exponentials + j + 3 * Lanes);
            first = Vector512.FusedMultiplyAdd(e0, Vector512.Load(values + j), first);
            second = Vector512.FusedMultiplyAdd(e1, Vector512.Load(values + j + Lanes), second);
            third = Vector512.FusedMultiplyAdd(e2, Vector512.Load(values + j + 2 * Lanes), third);
            fourth = Vector512.FusedMultiplyAdd(e3, Vector512.Load(values + j + 3 * Lanes), fourth);
        }
        return Folded((first + second) + (third + fourth));
    }

    /// <summary>The largest of height_j - |x - y_j|^2.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static double Largest(double* x, double* columns, int dimension, long count, double* heights)
    {
        var largest = Vector512.Create(double.NegativeInfinity);
        for (long j = 0; j < count; j += Lanes)
        {
            var square = Vector512<double>.Zero;
            var y = columns + j;
            for (var k = 0; k < dimension; k++, y += count)
                square = PlusSquare(square, Vector512.Create(x[k]) - Vector512.Load(y));
            var e = Vector512.Load(heights + j) - square;
            largest = Vector512.ConditionalSelect(Vector512.GreaterThan(e, largest), e, largest);
        }
        var result = largest[0];
        for (var lane = 1; lane < Lanes; lane++)
            result = Math.Max(result, largest[lane]);
        return result;
    }

    /// <summary>sums_j += factor * term_j.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Add(double factor, double* terms, double* sums, long count)
    {
        var scale = Vector512.Create(factor);
        for (long j = 0; j < count; j += Lanes)
            Vector512.FusedMultiplyAdd(scale, Vector512.Load(terms + j), Vector512.Load(sums + j)).Store(sums + j);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> PlusSquare(Vector512<double> sum, Vector512<double> root) =>
        Vector512.FusedMultiplyAdd(root, root, sum);

    /// <summary>e^x for x held to the range of normal results; NaN becomes the lowest.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Exp(Vector512<double> x)
    {
        var low = Vector512.Create(Lowest);
        var high = Vector512.Create(Highest);
        x = Vector512.ConditionalSelect(Vector512.GreaterThan(x, low), x, low);
        x = Vector512.ConditionalSelect(Vector512.LessThan(x, high), x, high);
        var rounder = Vector512.Create(Rounder);
        var shifted = Vector512.FusedMultiplyAdd(x, Vector512.Create(Coefficients.Log2E64[0]), rounder);
        var k = shifted - rounder;
        var r = Vector512.FusedMultiplyAdd(k, Vector512.Create(-Coefficients.Ln264[0]), x);
        r = Vector512.FusedMultiplyAdd(k, Vector512.Create(-Coefficients.Ln264[1]), r);
        var square = r * r;
        var tail = Vector512.FusedMultiplyAdd(square, Tail(r, square), r);
        var scale = Vector512.ShiftLeft(shifted.AsInt64(), MantissaBits).AsDouble();
        return Vector512.FusedMultiplyAdd(scale, tail, scale);
    }

    /// <summary>(e^r - 1 - r)/r^2 as two chains in r^2, even and odd powers.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector512<double> Tail(Vector512<double> r, Vector512<double> square)
    {
        var even = Vector512.Create(Coefficients.ExponentialTail64[8]);
        var odd = Vector512.Create(Coefficients.ExponentialTail64[9]);
        even = Vector512.FusedMultiplyAdd(even, square, Vector512.Create(Coefficients.ExponentialTail64[6]));
        odd = Vector512.FusedMultiplyAdd(odd, square, Vector512.Create(Coefficients.ExponentialTail64[7]));
        even = Vector512.FusedMultiplyAdd(even, square, Vector512.Create(Coefficients.ExponentialTail64[4]));
        odd = Vector512.FusedMultiplyAdd(odd, square, Vector512.Create(Coefficients.ExponentialTail64[5]));
        even = Vector512.FusedMultiplyAdd(even, square, Vector512.Create(Coefficients.ExponentialTail64[2]));
        odd = Vector512.FusedMultiplyAdd(odd, square, Vector512.Create(Coefficients.ExponentialTail64[3]));
        even = Vector512.FusedMultiplyAdd(even, square, Vector512.Create(Coefficients.ExponentialTail64[0]));
        odd = Vector512.FusedMultiplyAdd(odd, square, Vector512.Create(Coefficients.ExponentialTail64[1]));
        return Vector512.FusedMultiplyAdd(odd, r, even);
    }

    /// <summary>The sum of the lanes, folded in halves.</summary>
    private static double Folded(Vector512<double> lanes)
    {
        var four = lanes.GetLower() + lanes.GetUpper();
        var two = four.GetLower() + four.GetUpper();
        return two[0] + two[1];
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>The fold of 16 virtual lanes in halves, 8, 4, 2, 1, as ReductionOrder says.</summary>
internal static unsafe class LaneFold
{
    private const int Lanes = ParticleLayout.Lanes;

    /// <summary>Folds <paramref name="count"/> groups of 16 lane sums into <paramref name="sums"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fold(double* lanes, long count, double* sums)
    {
        var group = 0L;
        for (; Avx2.IsSupported && group + 4 <= count; group += 4, lanes += 4 * Lanes)
            Totals(Four(lanes), Four(lanes + Lanes), Four(lanes + 2 * Lanes), Four(lanes + 3 * Lanes)).Store(sums + group);
        for (; group < count; group++, lanes += Lanes)
            sums[group] = Total(Four(lanes));
    }

    /// <summary>
    /// Moves <paramref name="count"/> groups of 16 binary32 lane sums into <paramref name="sums"/>: their folds, folded in binary64, are
    /// added there, and they are +0 again.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Move(float* lanes, long count, double* sums)
    {
        var group = 0L;
        for (; Avx2.IsSupported && group + 4 <= count; group += 4, lanes += 4 * Lanes)
        {
            var folds = Totals(Moved(lanes), Moved(lanes + Lanes), Moved(lanes + 2 * Lanes), Moved(lanes + 3 * Lanes));
            (Vector256.Load(sums + group) + folds).Store(sums + group);
        }
        for (; group < count; group++, lanes += Lanes)
            sums[group] += Total(Moved(lanes));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Four(double* lanes) =>
        Four(Vector256.Load(lanes), Vector256.Load(lanes + 4), Vector256.Load(lanes + 8), Vector256.Load(lanes + 12));

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Moved(float* lanes)
    {
        var (a, b) = Vector256.Widen(Vector256.Load(lanes));
        var (c, d) = Vector256.Widen(Vector256.Load(lanes + 8));
        Vector256<float>.Zero.Store(lanes);
        Vector256<float>.Zero.Store(lanes + 8);
        return Four(a, b, c, d);
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Four(Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d) =>
        a + c + (b + d);

    private static double Total(Vector256<double> four)
    {
        var two = four.GetLower() + four.GetUpper();
        return two.ToScalar() + two.GetElement(1);
    }

    /// <summary>The totals of four groups, in their order.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static Vector256<double> Totals(Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d)
    {
        var ofFirst = Avx.Permute2x128(a, b, 0x20) + Avx.Permute2x128(a, b, 0x31);
        var ofLast = Avx.Permute2x128(c, d, 0x20) + Avx.Permute2x128(c, d, 0x31);
        var totals = Avx.UnpackLow(ofFirst, ofLast) + Avx.UnpackHigh(ofFirst, ofLast); // a, c, b, d
        return Avx2.Permute4x64(totals, 0b11_01_10_00);
    }
}

using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>The fold of 16 virtual lanes in halves, 8, 4, 2, 1, as ReductionOrder says.</summary>
internal static unsafe class LaneFold
{
    /// <summary>Folds <paramref name="count"/> groups of 16 lane sums into <paramref name="sums"/>.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Fold(double* lanes, long count, double* sums)
    {
        for (var group = 0L; group < count; group++, lanes += ParticleLayout.Lanes)
            sums[group] = Fold(Vector256.Load(lanes), Vector256.Load(lanes + 4), Vector256.Load(lanes + 8), Vector256.Load(lanes + 12));
    }

    /// <summary>
    /// Moves <paramref name="count"/> groups of 16 binary32 lane sums into <paramref name="sums"/>: their folds, folded in binary64, are
    /// added there, and they are +0 again.
    /// </summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Move(float* lanes, long count, double* sums)
    {
        for (var group = 0L; group < count; group++, lanes += ParticleLayout.Lanes)
        {
            var (a, b) = Vector256.Widen(Vector256.Load(lanes));
            var (c, d) = Vector256.Widen(Vector256.Load(lanes + 8));
            sums[group] += Fold(a, b, c, d);
            Vector256<float>.Zero.Store(lanes);
            Vector256<float>.Zero.Store(lanes + 8);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static double Fold(Vector256<double> a, Vector256<double> b, Vector256<double> c, Vector256<double> d)
    {
        var four = a + c + (b + d);
        var two = four.GetLower() + four.GetUpper();
        return two.ToScalar() + two.GetElement(1);
    }
}

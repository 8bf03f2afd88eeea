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
        {
            var low = Vector256.Load(lanes) + Vector256.Load(lanes + 8);
            var high = Vector256.Load(lanes + 4) + Vector256.Load(lanes + 12);
            var four = low + high;
            var two = four.GetLower() + four.GetUpper();
            sums[group] = two.ToScalar() + two.GetElement(1);
        }
    }
}

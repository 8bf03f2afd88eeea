using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MeanField.Benchmarks;

/// <summary>The Euler update of a superblock: w = fma(sqrt(eta), xi, fma(eta, drift, w)).</summary>
internal static unsafe class EulerStep
{
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    public static void Apply(double eta, ReadOnlySpan<double> drift, ReadOnlySpan<double> noise, Span<double> state)
    {
        var (time, deviation) = (Vector512.Create(eta), Vector512.Create(Math.Sqrt(eta)));
        fixed (
            double* d = drift,
                z = noise,
                w = state
        )
            for (var k = 0; k < state.Length; k += 8)
            {
                var drifted = Vector512.FusedMultiplyAdd(time, Vector512.Load(d + k), Vector512.Load(w + k));
                Vector512.FusedMultiplyAdd(deviation, Vector512.Load(z + k), drifted).Store(w + k);
            }
    }
}

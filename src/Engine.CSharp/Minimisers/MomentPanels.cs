using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;
using System.Runtime.Intrinsics.X86;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// The features of a run of points as the kernels stream them, [block of 8 features][point][8], once as they are and once times the
/// points' weights. One a worker; 2048 bytes a feature. Not thread-safe.
/// </summary>
public sealed unsafe class MomentPanels : IDisposable
{
    /// <summary>Features of a block.</summary>
    internal const int Block = 8;

    /// <summary>Points of a run, from +0 each: the panels of a tile's rows and of its columns fill a first-level cache of 32 kB.</summary>
    internal const int Run = 128;

    /// <summary>Bytes of a block.</summary>
    internal const long BlockBytes = Run * Block * sizeof(double);

    private readonly AlignedBuffer plain;
    private readonly AlignedBuffer weighted;

    /// <summary>Room for so many features.</summary>
    public MomentPanels(int features)
    {
        Features = features;
        Blocks = (features + Block - 1) / Block;
        (plain, weighted) = (new AlignedBuffer(Blocks * BlockBytes), new AlignedBuffer(Blocks * BlockBytes));
    }

    /// <summary>n.</summary>
    public int Features { get; }

    internal int Blocks { get; }

    internal double* Plain(int block) => (double*)(plain.Start + block * BlockBytes);

    internal double* Weighted(int block) => (double*)(weighted.Start + block * BlockBytes);

    /// <summary>Packs points whose features stand in rows <paramref name="stride"/> bytes apart. Features beyond n stay 0.</summary>
    internal void Pack(byte* rows, long stride, ReadOnlySpan<double> weights)
    {
        for (var first = 0; first < Features; first += Block)
        {
            var whole = Avx.IsSupported && first + Block <= Features ? weights.Length / 4 * 4 : 0;
            fixed (double* weight = weights)
            {
                var start = rows + first * stride;
                Transpose(start, stride, weight, whole, Plain(first / Block), Weighted(first / Block));
                for (var feature = first; feature < Math.Min(first + Block, Features); feature++)
                for (var k = whole; k < weights.Length; k++)
                {
                    var value = ((double*)(rows + feature * stride))[k];
                    Plain(first / Block)[k * Block + feature - first] = value;
                    Weighted(first / Block)[k * Block + feature - first] = weight[k] * value;
                }
            }
        }
    }

    /// <summary>Frees the native memory.</summary>
    public void Dispose()
    {
        plain.Dispose();
        weighted.Dispose();
    }

    /// <summary>Eight rows of a multiple of four points, four by four.</summary>
    [MethodImpl(MethodImplOptions.AggressiveOptimization)]
    private static void Transpose(byte* rows, long stride, double* weights, int points, double* plain, double* weighted)
    {
        for (var half = 0; half < 2; half++, rows += 4 * stride)
        for (var k = 0; k < points; k += 4)
        {
            var (a, b) = (Vector256.Load((double*)rows + k), Vector256.Load((double*)(rows + stride) + k));
            var (c, d) = (Vector256.Load((double*)(rows + 2 * stride) + k), Vector256.Load((double*)(rows + 3 * stride) + k));
            var (ab, cd) = (Avx.UnpackLow(a, b), Avx.UnpackLow(c, d));
            var (ba, dc) = (Avx.UnpackHigh(a, b), Avx.UnpackHigh(c, d));
            var at = k * Block + half * 4;
            Put(Avx.Permute2x128(ab, cd, 0x20), weights[k], plain + at, weighted + at);
            Put(Avx.Permute2x128(ba, dc, 0x20), weights[k + 1], plain + at + Block, weighted + at + Block);
            Put(Avx.Permute2x128(ab, cd, 0x31), weights[k + 2], plain + at + 2 * Block, weighted + at + 2 * Block);
            Put(Avx.Permute2x128(ba, dc, 0x31), weights[k + 3], plain + at + 3 * Block, weighted + at + 3 * Block);
        }
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    private static void Put(Vector256<double> features, double weight, double* plain, double* weighted)
    {
        features.Store(plain);
        (features * weight).Store(weighted);
    }
}

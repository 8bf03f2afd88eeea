using System.Numerics.Tensors;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// Weighted sums over points k of n features phi_j: the vector SUM_k a_k phi_jk and the matrix SUM_k c_k phi_jk phi_lk, in binary64.
/// A run of 128 points of a chunk is summed by fused operations in their order from +0, round(c phi_l) phi_j for l up to j, and then added:
/// the bits depend on neither widths nor threads, where chunks come in order. Memory 8 n (n + 1) bytes, n rounded up to 8; a point costs
/// n (n + 8)/2 + 3 n operations.
/// </summary>
public sealed unsafe class WeightedMoments : IDisposable
{
    private const int Block = MomentPanels.Block;
    private readonly MomentKernels kernels;
    private readonly int blocks;
    private readonly AlignedBuffer first;

    /// <summary>[block of 8 rows][column][8]: contiguous for a tile. Above the diagonal stand partial sums that nobody reads.</summary>
    private readonly AlignedBuffer second;

    /// <summary>Sums over no point.</summary>
    public WeightedMoments(int features, VectorTarget target)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(features);
        (Features, blocks, kernels) = (features, (features + Block - 1) / Block, MomentKernels.Of(target));
        first = AlignedBuffer.Of<double>(blocks * Block);
        second = AlignedBuffer.Of<double>((long)blocks * Block * blocks * Block);
    }

    /// <summary>n.</summary>
    public int Features { get; }

    private long RowBytes => (long)blocks * Block * Block * sizeof(double);

    /// <summary>
    /// Adds the points of a chunk, whose features are a pair output of a program in binary64, with the weights a and c of each.
    /// Several outputs may go into the same sums. Without <paramref name="c"/> the matrix stays as it is.
    /// </summary>
    public void Add(MomentPanels panels, PairChunk chunk, int output, ReadOnlySpan<double> a, ReadOnlySpan<double> c)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(a.Length, chunk.Count, nameof(a));
        ArgumentOutOfRangeException.ThrowIfNotEqual(chunk.NumberBytes, sizeof(double), nameof(chunk));
        var (address, stride) = chunk.Rows(output);
        Add(panels, (byte*)address, stride, a, c);
    }

    /// <summary>The same for rows of numbers <paramref name="stride"/> bytes apart.</summary>
    internal void Add(MomentPanels panels, byte* rows, long stride, ReadOnlySpan<double> a, ReadOnlySpan<double> c)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(panels.Features, Features, nameof(panels));
        if (c.Length > 0)
            ArgumentOutOfRangeException.ThrowIfNotEqual(c.Length, a.Length, nameof(c));
        for (var start = 0; start < a.Length; start += MomentPanels.Run)
        {
            var points = Math.Min(MomentPanels.Run, a.Length - start);
            panels.Pack(rows + start * sizeof(double), stride, (c.Length > 0 ? c : a).Slice(start, points));
            fixed (double* weights = a)
                for (var block = 0; block < blocks; block++)
                    kernels.AddSums(panels.Plain(block), weights + start, (double*)first.Start + block * Block, points);
            for (var block = 0; block < blocks && c.Length > 0; block += kernels.Blocks)
                AddRows(panels, block, Math.Min(kernels.Blocks, blocks - block), points);
        }
    }

    /// <summary>All sums times a factor, each rounded once.</summary>
    public void Scale(double factor)
    {
        foreach (var sums in new[] { first, second })
            for (var row = 0L; row < sums.Length; row += Bytes(sums))
            {
                var part = sums.Slice<double>(row / sizeof(double), (int)(Bytes(sums) / sizeof(double)));
                TensorPrimitives.Multiply(part, factor, part);
            }
    }

    /// <summary>Adds the sums of other points.</summary>
    public void Add(WeightedMoments other)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Features, Features, nameof(other));
        foreach (var (sums, added) in new[] { (first, other.first), (second, other.second) })
            for (var row = 0L; row < sums.Length; row += Bytes(sums))
            {
                var count = (int)(Bytes(sums) / sizeof(double));
                var part = sums.Slice<double>(row / sizeof(double), count);
                TensorPrimitives.Add(part, added.Slice<double>(row / sizeof(double), count), part);
            }
    }

    /// <summary>All sums are 0 again.</summary>
    public void Clear()
    {
        first.Clear(first.Length);
        second.Clear(second.Length);
    }

    /// <summary>The vector, n numbers.</summary>
    public double[] First() => first.Slice<double>(0, Features).ToArray();

    /// <summary>The matrix, n x n, row-major, symmetric.</summary>
    public double[] Second()
    {
        var matrix = new double[(long)Features * Features];
        for (var j = 0L; j < Features; j++)
        for (var l = 0L; l <= j; l++)
            matrix[j * Features + l] = matrix[l * Features + j] = second.Read(
                NumberFormat.Double,
                j / Block * RowBytes,
                l * Block + j % Block
            );
        return matrix;
    }

    /// <summary>Frees the native memory.</summary>
    public void Dispose()
    {
        first.Dispose();
        second.Dispose();
    }

    /// <summary>The tiles of some blocks of rows, up to the diagonal, where blocks above it drop out.</summary>
    private void AddRows(MomentPanels panels, int block, int count, int points)
    {
        for (var column = 0; column < block + count; column++)
        {
            var skipped = Math.Max(0, column - block);
            kernels.AddProducts(
                count - skipped,
                panels.Plain(block + skipped),
                panels.Weighted(column),
                (double*)(second.Start + (block + skipped) * RowBytes) + column * Block * Block,
                RowBytes,
                points
            );
        }
    }

    private long Bytes(AlignedBuffer sums) => sums == first ? first.Length : RowBytes;
}

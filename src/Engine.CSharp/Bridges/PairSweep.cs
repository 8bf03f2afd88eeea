using System.Numerics.Tensors;
using MeanField.Engine.Collectives;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Bridges;

/// <summary>
/// Sums over all pairs of points (x, y) of two laws with the kernel exp(f_x + h_y - |x - y|^2/(2 tau)), h_y = g_y + log b_y, one exponential a
/// pair, no matrix kept: a row of kernels is made once, summed, and added to the column sums with the factor that its sum decides. Rows come
/// in blocks whose number depends on the laws alone, each with column sums of its own, added in order: results do not depend on the threads.
/// Cost: n m (about 25 vector operations + 2 d) / 8 instructions. Not reentrant.
/// </summary>
internal sealed unsafe class PairSweep : IDisposable
{
    private const int MostBlocks = 32;

    // A sum of kernels between these is a number of full accuracy; beyond them the row is made again around its largest exponent.
    private const double SmallestSum = 1e-150;
    private const double LargestSum = 1e150;

    private readonly Team team;
    private readonly CancellationToken cancel;
    private readonly AlignedBuffer points;
    private readonly AlignedBuffer columns;
    private readonly AlignedBuffer heights;
    private readonly AlignedBuffer values;
    private readonly AlignedBuffer[] rows;
    private readonly AlignedBuffer[] blocks;
    private readonly double[] logWeights;
    private readonly int count;

    /// <summary>Sweeps over the points of two laws at one tau; the memory is <see cref="MemoryOf"/>.</summary>
    public PairSweep(PointLaw from, PointLaw to, double tau, Team team, CancellationToken cancel)
    {
        (From, To, this.team, this.cancel) = (from, to, team, cancel);
        count = Padded(to.Count);
        logWeights = Array.ConvertAll(to.Weights, Math.Log);
        points = AlignedBuffer.Of<double>(from.Points.LongLength);
        columns = AlignedBuffer.Of<double>((long)to.Dimension * count);
        (heights, values) = (AlignedBuffer.Of<double>(count), AlignedBuffer.Of<double>(count));
        rows = [.. Enumerable.Range(0, team.Workers).Select(_ => AlignedBuffer.Of<double>(count))];
        blocks = [.. Enumerable.Range(0, Blocks(from.Count)).Select(_ => AlignedBuffer.Of<double>(count))];
        Scale(1 / Math.Sqrt(2 * tau));
    }

    /// <summary>The law whose points are rows.</summary>
    public PointLaw From { get; }

    /// <summary>The law whose points are columns.</summary>
    public PointLaw To { get; }

    /// <summary>Sweeps made so far: n m exponentials each.</summary>
    public int Sweeps { get; private set; }

    /// <summary>Bytes held for laws of n and m points.</summary>
    public static double MemoryOf(int n, int m, int dimension, int workers) =>
        sizeof(double) * ((double)n * dimension + (double)Padded(m) * (dimension + 2 + workers + Blocks(n)));

    /// <summary>
    /// Normalises every row: f becomes -log SUM_y exp(h_y - |x - y|^2/2tau), and <paramref name="marginal"/> the second marginal SUM_x pi_xy of
    /// pi_xy = a_x exp(f_x + h_y - ...), whose first is a. A good f saves passes.
    /// </summary>
    public void Normalise(double[] f, double[] g, double[] marginal)
    {
        Load(g, One);
        Run(
            (row, worker) =>
            {
                var sum = Row(row, f[row], worker);
                if (sum is not (>= SmallestSum and <= LargestSum))
                    sum = Row(row, f[row] = -Largest(row), worker);
                f[row] -= Math.Log(sum);
                return From.Weights[row] / sum;
            },
            marginal
        );
    }

    /// <summary>
    /// SUM_y pi_xy/a_x v_y for each x, and from them SUM_x pi_xy (SUM_y' pi_xy'/a_x v_y'), for potentials whose rows are normalised.
    /// </summary>
    public void Average(double[] f, double[] g, double[] v, double[] means, double[] images)
    {
        Load(g, v);
        Run((row, worker) => From.Weights[row] * (means[row] = Row(row, f[row], worker)), images);
    }

    /// <summary>Calls <paramref name="take"/> with each row of pi_xy/a_x, in any order from any thread; the block of rows it belongs to comes first.</summary>
    public void Visit(double[] f, double[] g, Action<int, int, ReadOnlySpan<double>> take)
    {
        Load(g, One);
        Sweeps++;
        team.Run(
            blocks.Length,
            (block, worker) =>
            {
                for (var row = FirstRow(block); row < FirstRow(block + 1); row++)
                {
                    cancel.ThrowIfCancellationRequested();
                    Row(row, f[row], worker);
                    take(block, row, rows[worker].Slice<double>(0, To.Count));
                }
            }
        );
    }

    /// <summary>Ends work that is no longer wanted.</summary>
    public void ThrowIfCancelled() => cancel.ThrowIfCancellationRequested();

    /// <summary>Blocks of rows.</summary>
    public int BlockCount => blocks.Length;

    /// <summary>The first row of a block; of the one beyond the last, the number of rows.</summary>
    public int FirstRow(int block) => (int)((long)From.Count * block / blocks.Length);

    public void Dispose()
    {
        foreach (var buffer in rows.Concat(blocks).Concat([points, columns, heights, values]))
            buffer.Dispose();
    }

    private static double One(int column) => 1;

    private static int Padded(int m) => (m + PairKernel.Bundle - 1) / PairKernel.Bundle * PairKernel.Bundle;

    private static int Blocks(int n) => Math.Min(n, MostBlocks);

    private void Run(Func<int, int, double> factorOfRow, double[] sums)
    {
        Sweeps++;
        team.Run(
            blocks.Length,
            (block, worker) =>
            {
                blocks[block].Clear(blocks[block].Length);
                for (var row = FirstRow(block); row < FirstRow(block + 1); row++)
                {
                    cancel.ThrowIfCancellationRequested();
                    PairKernel.Add(factorOfRow(row, worker), Start(rows[worker]), Start(blocks[block]), count);
                }
            }
        );
        Array.Clear(sums);
        foreach (var block in blocks)
            TensorPrimitives.Add(sums, block.Slice<double>(0, sums.Length), sums);
    }

    private double Row(int row, double shift, int worker) =>
        PairKernel.Row(Point(row), Start(columns), From.Dimension, count, shift, Start(heights), Start(values), Start(rows[worker]));

    private double Largest(int row) => PairKernel.Largest(Point(row), Start(columns), From.Dimension, count, Start(heights));

    private double* Point(int row) => Start(points) + (long)row * From.Dimension;

    private static double* Start(AlignedBuffer buffer) => (double*)buffer.Start;

    private void Load(double[] g, double[] v) => Load(g, column => v[column]);

    /// <summary>Columns beyond the last have kernels of e^-708 and value 0.</summary>
    private void Load(double[] g, Func<int, double> value)
    {
        var height = heights.Slice<double>(0, count);
        var weighed = values.Slice<double>(0, count);
        height.Fill(double.NegativeInfinity);
        TensorPrimitives.Add<double>(g, logWeights, height);
        for (var column = 0; column < To.Count; column++)
            weighed[column] = value(column);
    }

    private void Scale(double factor)
    {
        TensorPrimitives.Multiply(From.Points, factor, points.Slice<double>(0, From.Points.Length));
        for (var k = 0; k < To.Dimension; k++)
        {
            var column = columns.Slice<double>((long)k * count, To.Count);
            for (var j = 0; j < To.Count; j++)
                column[j] = To.Points[j * To.Dimension + k] * factor;
        }
    }
}

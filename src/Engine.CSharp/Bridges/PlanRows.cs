using System.Numerics.Tensors;
using System.Runtime.InteropServices;
using MeanField.Engine.Collectives;

namespace MeanField.Engine.Bridges;

/// <summary>
/// The conditional laws pi_xy/a_x of normalised potentials, without entries below 1e-20, of which a small tau leaves few; or, where they do not
/// fit into the memory granted, none of them: then every product is a sweep. For directions of Newton's method, which need not be exact.
/// </summary>
internal sealed class PlanRows
{
    // Where sets of points hardly touch, what flows between them decides the direction, however little it is.
    private const double Smallest = 1e-20;

    private readonly PairSweep sweep;
    private readonly Potentials potentials;
    private readonly Team team;
    private readonly Block[]? blocks;

    /// <summary>Collects the rows; one sweep.</summary>
    public PlanRows(PairSweep sweep, Potentials potentials, Team team, double memory)
    {
        (this.sweep, this.potentials, this.team) = (sweep, potentials, team);
        var most = (long)(memory / (sizeof(int) + sizeof(double)) / sweep.BlockCount);
        var collected = new Block[sweep.BlockCount];
        for (var block = 0; block < collected.Length; block++)
            collected[block] = new Block(Math.Min(most, Array.MaxLength / 2));
        sweep.Visit(potentials.F, potentials.G, (block, _, row) => collected[block].Add(row));
        blocks = collected.Any(block => block.IsFull) ? null : collected;
    }

    /// <summary>-P^T A^-1 P v for the plan P with the weights A of its rows.</summary>
    public double[] NegatedImage(double[] v)
    {
        sweep.ThrowIfCancelled();
        var image = new double[v.Length];
        if (blocks is null)
            sweep.Average(potentials.F, potentials.G, v, new double[sweep.From.Count], image);
        else
            AddKept(v, image);
        TensorPrimitives.Negate(image, image);
        return image;
    }

    private void AddKept(double[] v, double[] image)
    {
        var parts = new double[blocks!.Length][];
        team.Run(blocks.Length, (block, _) => parts[block] = blocks[block].Image(v, sweep.From.Weights, sweep.FirstRow(block)));
        foreach (var part in parts)
            TensorPrimitives.Add(image, part, image);
    }

    /// <summary>Rows one after another, each as its columns and their entries.</summary>
    private sealed class Block(long most)
    {
        private readonly List<int> starts = [0];
        private readonly List<int> columns = [];
        private readonly List<double> entries = [];

        public bool IsFull { get; private set; }

        public void Add(ReadOnlySpan<double> row)
        {
            for (var column = 0; column < row.Length && !IsFull; column++)
                if (row[column] > Smallest)
                {
                    columns.Add(column);
                    entries.Add(row[column]);
                    IsFull = columns.Count > most;
                }
            starts.Add(columns.Count);
        }

        public double[] Image(double[] v, double[] weights, int firstRow)
        {
            var image = new double[v.Length];
            var at = CollectionsMarshal.AsSpan(columns);
            var of = CollectionsMarshal.AsSpan(entries);
            for (var row = 0; row < starts.Count - 1; row++)
            {
                var mean = 0.0;
                for (var k = starts[row]; k < starts[row + 1]; k++)
                    mean += of[k] * v[at[k]];
                mean *= weights[firstRow + row];
                for (var k = starts[row]; k < starts[row + 1]; k++)
                    image[at[k]] += mean * of[k];
            }
            return image;
        }
    }
}

using MathNet.Numerics.LinearAlgebra;

namespace MeanField.Engine.Minimisers;

/// <summary>The shape of a population for its moves: triangular roots of its covariance and of those of its blocks.</summary>
/// <param name="Whole">All components as one block.</param>
/// <param name="Blocks">The blocks of the neuron.</param>
internal sealed record MoveShape(ShapedBlock Whole, ShapedBlock[] Blocks)
{
    /// <summary>The shape of a covariance.</summary>
    /// <param name="covariance">d x d.</param>
    /// <param name="widths">Widths of the blocks, in order.</param>
    public static MoveShape Of(Matrix<double> covariance, IReadOnlyList<int> widths)
    {
        var (blocks, first) = (new List<ShapedBlock>(), 0);
        foreach (var width in widths)
        {
            blocks.Add(Block(covariance, first, width));
            first += width;
        }
        return new MoveShape(Block(covariance, 0, first), [.. blocks]);
    }

    private static ShapedBlock Block(Matrix<double> covariance, int first, int width) =>
        new(first, covariance.SubMatrix(first, width, first, width).Cholesky().Factor.ToArray());
}

/// <summary>Components that move together.</summary>
/// <param name="First">The first of them.</param>
/// <param name="Root">The triangular root of their covariance.</param>
internal sealed record ShapedBlock(int First, double[,] Root)
{
    /// <summary>Their number.</summary>
    public int Width => Root.GetLength(0);

    /// <summary>Adds so much of the root times normal numbers to a particle.</summary>
    public void Shift(Span<double> particle, ReadOnlySpan<double> normals, double scale)
    {
        for (var i = 0; i < Width; i++)
        {
            var move = 0.0;
            for (var j = 0; j <= i; j++)
                move += Root[i, j] * normals[First + j];
            particle[First + i] += scale * move;
        }
    }
}

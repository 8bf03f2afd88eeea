using System.Linq.Expressions;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>
/// The T particles that one turn of a sweep holds, as P registers of W lanes of one format. T divides 16 or is a multiple of it, and is
/// the same for both formats of a kernel, so that P differs.
/// </summary>
internal sealed record TileShape(int Particles, int Width, int Bytes)
{
    private const int Lanes = ParticleLayout.Lanes;

    /// <summary>The tile in a machine's registers.</summary>
    public TileShape(int particles, Machine machine)
        : this(particles, machine.Width, machine.Format.Bytes) { }

    /// <summary>P.</summary>
    public int Registers => Particles / Width;

    /// <summary>Bytes of one component of a block of 16 lanes.</summary>
    public long BlockStride => Lanes * Bytes;

    /// <summary>Bytes of one component of the tile.</summary>
    public long TileStride => (long)Particles * Bytes;

    /// <summary>Bytes from the tile's first lane to register k in [block][component][16] with so many components.</summary>
    public long BlockBytes(int register, int components) =>
        (long)(register * Width / Lanes) * components * BlockStride + LaneBytes(register);

    /// <summary>Bytes from the tile's first lane to register k in [T].</summary>
    public long TileBytes(int register) => (long)register * Width * Bytes;

    /// <summary>Bytes from the tile's first lane to register k's lane sums.</summary>
    public long LaneBytes(int register) => register * Width % Lanes * Bytes;

    /// <summary>Registers with different virtual lanes; register k adds into the sums of register k modulo this.</summary>
    public int LaneGroups => Math.Min(Registers, Lanes / Width);

    /// <summary>Address of particle `first` in [block][component][16].</summary>
    public Expression BlockAddress(Expression start, Expression first, int components) =>
        Expression.Add(
            Expression.Add(
                start,
                Expression.Multiply(Expression.RightShift(first, Expression.Constant(4)), Expression.Constant(components * BlockStride))
            ),
            LaneAddress(first)
        );

    /// <summary>Bytes of the virtual lane of particle `first`.</summary>
    public Expression LaneAddress(Expression first) =>
        Expression.Multiply(Expression.And(first, Expression.Constant(Lanes - 1L)), Expression.Constant((long)Bytes));
}

using System.Linq.Expressions;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>P registers of W lanes: the particles that one turn of a sweep holds. T = P*W divides 16 or is a multiple of it.</summary>
internal sealed record TileShape(int Registers, int Width)
{
    private const int Lanes = ParticleLayout.Lanes;

    /// <summary>T, particles of a tile.</summary>
    public int Particles => Registers * Width;

    /// <summary>Bytes from the tile's first lane to register k in [block][component][16] with so many components.</summary>
    public long BlockBytes(int register, int components) =>
        (long)(register * Width / Lanes) * components * Lanes * sizeof(double) + LaneBytes(register);

    /// <summary>Bytes from the tile's first lane to register k's lane sums.</summary>
    public long LaneBytes(int register) => register * Width % Lanes * sizeof(double);

    /// <summary>Registers with different virtual lanes; register k adds into the sums of register k modulo this.</summary>
    public int LaneGroups => Math.Min(Registers, Lanes / Width);

    /// <summary>Address of particle `first` in [block][component][16].</summary>
    public static Expression BlockAddress(Expression start, Expression first, int components) =>
        Expression.Add(
            Expression.Add(start, Expression.Multiply(Expression.RightShift(first, Expression.Constant(4)), Bytes(components * Lanes))),
            LaneAddress(first)
        );

    /// <summary>Bytes of the virtual lane of particle `first`.</summary>
    public static Expression LaneAddress(Expression first) =>
        Expression.Multiply(Expression.And(first, Expression.Constant(Lanes - 1L)), Bytes(1));

    private static ConstantExpression Bytes(long doubles) => Expression.Constant(doubles * sizeof(double));
}

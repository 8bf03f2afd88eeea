using System.Collections.Concurrent;
using System.Linq.Expressions;
using System.Runtime.InteropServices;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>
/// Constants of kernels in native memory. As literals the JIT would hoist them out of the loops into registers, which long formulas need
/// for their values; from memory they are operands of the instructions. One copy a process of each pattern, never freed.
/// </summary>
internal static unsafe class ConstantPool
{
    private const int TileParticles = 64;
    private const int WidestRegister = 64;
    private static readonly long Doubles = WriteIntegers(NumberFormat.Double);
    private static readonly long Singles = WriteIntegers(NumberFormat.Single);
    private static readonly ConcurrentDictionary<Constant, ConstantExpression> Known = new();

    /// <summary>The address of a pattern.</summary>
    public static ConstantExpression Address(ulong pattern, NumberFormat format) => Known.GetOrAdd(new(pattern, format), Write);

    /// <summary>The address of 0, 1, ..., 63: no tile has more particles. Every multiple of a register's lanes is aligned.</summary>
    public static long Integers(NumberFormat format) => format == NumberFormat.Double ? Doubles : Singles;

    private static long WriteIntegers(NumberFormat format)
    {
        var numbers = (byte*)NativeMemory.AlignedAlloc((nuint)(TileParticles * format.Bytes), WidestRegister);
        for (var k = 0; k < TileParticles; k++)
            if (format == NumberFormat.Double)
                ((double*)numbers)[k] = k;
            else
                ((float*)numbers)[k] = k;
        return (long)numbers;
    }

    private static ConstantExpression Write(Constant constant)
    {
        var place = (ulong*)NativeMemory.AlignedAlloc(sizeof(ulong), sizeof(ulong));
        *place = constant.Pattern;
        return Expression.Constant((long)place);
    }

    private sealed record Constant(ulong Pattern, NumberFormat Format);
}

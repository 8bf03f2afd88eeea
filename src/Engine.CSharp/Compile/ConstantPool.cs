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
    /// <summary>Patterns in the block; pages that none is written to cost no memory.</summary>
    private const int Length = 1 << 17;

    private const int TileParticles = 64;
    private const int WidestRegister = 64;

    private static readonly ulong* Block = (ulong*)NativeMemory.AlignedAlloc(Length * sizeof(ulong), sizeof(ulong));

    /// <summary>Where the block's address stands: a kernel that loads it there has it in a register, and no literal a constant.</summary>
    private static readonly long* Place = Pointer();
    private static readonly ConcurrentDictionary<Constant, Expression> Known = new();
    private static int count;

    private static readonly long Doubles = WriteIntegers(NumberFormat.Double);
    private static readonly long Singles = WriteIntegers(NumberFormat.Single);

    /// <summary>The variable of every kernel that holds the block's address.</summary>
    public static ParameterExpression Start { get; } = Expression.Variable(typeof(long), "constants");

    /// <summary>The first statement of every kernel.</summary>
    public static Expression Open { get; } =
        Expression.Assign(Start, Expression.Call(typeof(Memory), nameof(Memory.Load), [typeof(long)], Expression.Constant((long)Place)));

    /// <summary>The address of a pattern.</summary>
    public static Expression Address(ulong pattern, NumberFormat format) => Known.GetOrAdd(new(pattern, format), Write);

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

    private static Expression Write(Constant constant)
    {
        var index = Interlocked.Increment(ref count) - 1;
        var place = index < Length ? Block + index : (ulong*)NativeMemory.AlignedAlloc(sizeof(ulong), sizeof(ulong));
        *place = constant.Pattern;
        return Expression.Add(Start, Expression.Constant((byte*)place - (byte*)Block));
    }

    private static long* Pointer()
    {
        var place = (long*)NativeMemory.AlignedAlloc(sizeof(long), sizeof(long));
        *place = (long)Block;
        return place;
    }

    private sealed record Constant(ulong Pattern, NumberFormat Format);
}

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

    private static readonly ulong* Block = (ulong*)NativeMemory.AlignedAlloc(Length * sizeof(ulong), sizeof(ulong));

    /// <summary>Where the block's address stands: a kernel that loads it there has it in a register, and no literal a constant.</summary>
    private static readonly long* Place = Pointer();
    private static readonly ConcurrentDictionary<(ulong Pattern, NumberFormat Format), long> Known = new();
    private static int count;

    /// <summary>The variable of every kernel that holds the block's address.</summary>
    public static ParameterExpression Start { get; } = Expression.Variable(typeof(long), "constants");

    /// <summary>The first statement of every kernel.</summary>
    public static Expression Open { get; } =
        Expression.Assign(Start, Expression.Call(typeof(Memory), nameof(Memory.Load), [typeof(long)], Expression.Constant((long)Place)));

    /// <summary>The address of a pattern.</summary>
    public static Expression Address(ulong pattern, NumberFormat format) =>
        Expression.Add(Start, Expression.Constant(Known.GetOrAdd((pattern, format), Write)));

    private static long Write((ulong Pattern, NumberFormat Format) constant)
    {
        var index = Interlocked.Increment(ref count) - 1;
        var place = index < Length ? Block + index : (ulong*)NativeMemory.AlignedAlloc(sizeof(ulong), sizeof(ulong));
        *place = constant.Pattern;
        return (byte*)place - (byte*)Block;
    }

    private static long* Pointer()
    {
        var place = (long*)NativeMemory.AlignedAlloc(sizeof(long), sizeof(long));
        *place = (long)Block;
        return place;
    }
}

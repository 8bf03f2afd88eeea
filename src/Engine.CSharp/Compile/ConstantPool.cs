using System.Collections.Concurrent;
using System.Runtime.InteropServices;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>
/// Constants of kernels in native memory. As literals the JIT would hoist them out of the loops into registers, which long formulas need
/// for their values; from memory they are operands of the instructions. One copy a process of each pattern, never freed.
/// </summary>
internal static unsafe class ConstantPool
{
    private static readonly ConcurrentDictionary<(ulong Pattern, NumberFormat Format), long> Known = new();

    /// <summary>The address of a pattern.</summary>
    public static long Address(ulong pattern, NumberFormat format) => Known.GetOrAdd((pattern, format), Write);

    private static long Write((ulong Pattern, NumberFormat Format) constant)
    {
        var place = (ulong*)NativeMemory.AlignedAlloc(sizeof(ulong), sizeof(ulong));
        *place = constant.Pattern;
        return (long)place;
    }
}

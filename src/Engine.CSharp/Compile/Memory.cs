using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics.X86;

namespace MeanField.Engine.Compile;

/// <summary>
/// Memory access for expression trees, which know no pointers: addresses travel as long and these inline into the kernel.
/// All addresses are aligned to the access.
/// </summary>
internal static unsafe class Memory
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Slot(long frame, int index) => ((long*)frame)[index];

    /// <summary>A number or a vector.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T Load<T>(long address)
        where T : unmanaged => *(T*)address;

    /// <summary>A number so many bytes from a start: the JIT needs no variable of its own for the sum, as it does for an argument.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static T LoadAt<T>(long start, long offset)
        where T : unmanaged => *(T*)(start + offset);

    /// <summary>Has the line so many bytes from an address fetched into the second-level cache, as the first is full of what is at work; any address will do, as nothing is read.</summary>
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Prefetch(long start, long offset)
    {
        if (Sse.IsSupported)
            Sse.Prefetch1((void*)(start + offset));
    }

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(long address, T value)
        where T : unmanaged => *(T*)address = value;
}

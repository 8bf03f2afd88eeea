using System.Runtime.CompilerServices;

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

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store<T>(long address, T value)
        where T : unmanaged => *(T*)address = value;
}

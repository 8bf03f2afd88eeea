using System.Runtime.CompilerServices;
using System.Runtime.Intrinsics;

namespace MeanField.Engine.Compile;

/// <summary>
/// Memory access for expression trees, which know no pointers: addresses travel as long and these inline into the kernel.
/// All addresses are aligned to the access.
/// </summary>
internal static unsafe class Memory
{
    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static long Slot(long frame, int index) => ((long*)frame)[index];

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static double Load(long address) => *(double*)address;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store(long address, double value) => *(double*)address = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Load512(long address) => *(Vector512<double>*)address;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static void Store512(long address, Vector512<double> value) => *(Vector512<double>*)address = value;

    [MethodImpl(MethodImplOptions.AggressiveInlining)]
    public static Vector512<double> Broadcast512(long address) => Vector512.Create(*(double*)address);
}

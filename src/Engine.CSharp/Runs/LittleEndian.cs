using System.Runtime.InteropServices;

namespace MeanField.Engine.Runs;

/// <summary>Numbers as the bytes that files and digests fix: little-endian, without padding.</summary>
internal static class LittleEndian
{
    /// <summary>The bytes of the numbers, without a copy.</summary>
    /// <exception cref="PlatformNotSupportedException">A big-endian machine.</exception>
    public static ReadOnlySpan<byte> Bytes<T>(ReadOnlySpan<T> numbers)
        where T : unmanaged => MemoryMarshal.AsBytes(Checked(numbers));

    /// <summary>The numbers in the bytes, without a copy.</summary>
    /// <exception cref="PlatformNotSupportedException">A big-endian machine.</exception>
    public static ReadOnlySpan<T> Numbers<T>(ReadOnlySpan<byte> bytes)
        where T : unmanaged => MemoryMarshal.Cast<byte, T>(Checked(bytes));

    private static ReadOnlySpan<T> Checked<T>(ReadOnlySpan<T> values) =>
        BitConverter.IsLittleEndian ? values : throw new PlatformNotSupportedException("run folders need a little-endian machine");
}

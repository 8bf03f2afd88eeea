using System.Runtime.InteropServices;

namespace MeanField.Engine.Runs;

/// <summary>Numbers as the bytes that files and digests fix: little-endian, without padding.</summary>
internal static class LittleEndian
{
    // A span counts bytes in an int: more numbers than these go out in parts.
    private const int LargestPart = 1 << 24;

    /// <summary>The numbers in parts whose bytes a span can hold, in order, without a copy.</summary>
    public static IEnumerable<ReadOnlyMemory<T>> Parts<T>(T[] numbers)
        where T : unmanaged
    {
        for (var start = 0L; start < numbers.LongLength; start += LargestPart)
            yield return numbers.AsMemory((int)start, (int)Math.Min(LargestPart, numbers.LongLength - start));
    }

    /// <summary>The bytes of the numbers, without a copy; at most 2^31 - 1 of them.</summary>
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

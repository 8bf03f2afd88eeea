using System.Runtime.InteropServices;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Ensembles;

/// <summary>
/// Native memory, zeroed, aligned to 64 bytes (2 MB for large buffers, which then ask for huge pages: a sweep over stored pair
/// values touches every page once and would miss the translation buffer on each small one). Cost: one pass of zeros.
/// </summary>
public sealed unsafe partial class AlignedBuffer : IDisposable
{
    private const long HugePage = 1 << 21;
    private const int AdviseHugePages = 14;
    private readonly AlignedBuffer? owner;
    private byte* start;

    /// <summary>Allocates so many bytes; throws <see cref="OutOfMemoryException"/>.</summary>
    public AlignedBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        var bytes = Math.Max(64, length);
        var large = bytes >= 2 * HugePage;
        start = (byte*)NativeMemory.AlignedAlloc((nuint)bytes, large ? (nuint)HugePage : 64);
        if (large && OperatingSystem.IsLinux())
            _ = Advise(start, (nuint)bytes, AdviseHugePages); // only advice: a refusal costs speed, nothing else
        NativeMemory.Clear(start, (nuint)bytes);
    }

    private AlignedBuffer(AlignedBuffer owner, long offset, long length)
    {
        (this.owner, Length) = (owner, length);
        start = owner.start + offset;
    }

    ~AlignedBuffer() => Free();

    /// <summary>Room for so many numbers.</summary>
    public static AlignedBuffer Of<T>(long count)
        where T : unmanaged => new(count * sizeof(T));

    /// <summary>Bytes.</summary>
    public long Length { get; }

    /// <summary>Address of the first byte, valid until disposal.</summary>
    internal byte* Start => start;

    /// <summary>The numbers from <paramref name="offset"/> on, counted in numbers.</summary>
    public Span<T> Slice<T>(long offset, int count)
        where T : unmanaged
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan((offset + count) * sizeof(T), Length);
        return new((T*)start + offset, count);
    }

    /// <summary>A part of this buffer, valid until its disposal: so many bytes from an offset on, a multiple of 64.</summary>
    internal AlignedBuffer Part(long offset, long length)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(offset % 64, 0, nameof(offset));
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + length, Length, nameof(length));
        return new AlignedBuffer(this, offset, length);
    }

    /// <summary>The first bytes become 0.</summary>
    internal void Clear(long bytes)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(bytes, Length);
        NativeMemory.Clear(start, (nuint)bytes);
    }

    /// <summary>A buffer with the same bytes, which the caller owns.</summary>
    internal AlignedBuffer Copy()
    {
        var copy = new AlignedBuffer(Length);
        CopyTo(copy);
        return copy;
    }

    /// <summary>Copies all bytes to a buffer of the same length.</summary>
    internal void CopyTo(AlignedBuffer other)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual(other.Length, Length);
        NativeMemory.Copy(start, other.start, (nuint)Length);
    }

    /// <summary>Number k of a format from a byte on, widened.</summary>
    internal double Read(NumberFormat format, long bytes, long k) =>
        format == NumberFormat.Double ? ((double*)(start + bytes))[k] : ((float*)(start + bytes))[k];

    /// <summary>Writes number k of a format from a byte on, rounded.</summary>
    internal void Write(NumberFormat format, long bytes, long k, double number)
    {
        if (format == NumberFormat.Double)
            ((double*)(start + bytes))[k] = number;
        else
            ((float*)(start + bytes))[k] = (float)number;
    }

    /// <summary>Returns the memory; later use is an error of the caller.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        if (owner is null)
            NativeMemory.AlignedFree(start);
        start = null;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}

using System.Runtime.InteropServices;

namespace MeanField.Engine.Ensembles;

/// <summary>
/// Native doubles, zeroed, aligned to 64 bytes (2 MB for large buffers, which then ask for huge pages: a sweep over stored pair
/// values touches every page once and would miss the translation buffer on each small one). Cost: one pass of zeros.
/// </summary>
public sealed unsafe partial class AlignedBuffer : IDisposable
{
    private const long HugePage = 1 << 21;
    private const int AdviseHugePages = 14;
    private double* start;

    /// <summary>Allocates <paramref name="length"/> doubles; throws <see cref="OutOfMemoryException"/>.</summary>
    public AlignedBuffer(long length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(length);
        Length = length;
        var bytes = Math.Max(64, length * sizeof(double));
        var large = bytes >= 2 * HugePage;
        start = (double*)NativeMemory.AlignedAlloc((nuint)bytes, large ? (nuint)HugePage : 64);
        if (large && OperatingSystem.IsLinux())
            _ = Advise(start, (nuint)bytes, AdviseHugePages); // only advice: a refusal costs speed, nothing else
        NativeMemory.Clear(start, (nuint)bytes);
    }

    ~AlignedBuffer() => Free();

    /// <summary>Number of doubles.</summary>
    public long Length { get; }

    /// <summary>Address of the first double, valid until disposal.</summary>
    internal double* Start => start;

    /// <summary>The first 2^31 - 1 doubles at most.</summary>
    public Span<double> Span => new(start, checked((int)Length));

    /// <summary>The doubles from <paramref name="offset"/> on.</summary>
    public Span<double> Slice(long offset, int length)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(offset);
        ArgumentOutOfRangeException.ThrowIfGreaterThan(offset + length, Length);
        return new(start + offset, length);
    }

    /// <summary>Returns the memory; later use is an error of the caller.</summary>
    public void Dispose()
    {
        Free();
        GC.SuppressFinalize(this);
    }

    private void Free()
    {
        NativeMemory.AlignedFree(start);
        start = null;
    }

    [LibraryImport("libc", EntryPoint = "madvise")]
    private static partial int Advise(void* address, nuint length, int advice);
}

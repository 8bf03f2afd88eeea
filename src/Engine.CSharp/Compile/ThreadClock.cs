using System.Diagnostics;
using System.Runtime.InteropServices;

namespace MeanField.Engine.Compile;

/// <summary>Processor time of the calling thread, which other work on the machine does not lengthen; wall time where the system has no such clock.</summary>
internal static partial class ThreadClock
{
    private const int ThreadTime = 3;

    /// <summary>Milliseconds since some instant; only differences within one thread mean something.</summary>
    public static double Milliseconds =>
        OperatingSystem.IsLinux() && GetTime(ThreadTime, out var time) == 0
            ? time.Seconds * 1e3 + time.Nanoseconds / 1e6
            : Stopwatch.GetElapsedTime(0).TotalMilliseconds;

    [LibraryImport("libc", EntryPoint = "clock_gettime")]
    private static partial int GetTime(int clock, out Time time);

    private readonly record struct Time(nint Seconds, nint Nanoseconds);
}

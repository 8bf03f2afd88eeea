using MeanField.Core;

namespace MeanField.Engine.Runs;

/// <summary>
/// The right of one process to write to a run folder: a file .lock that the system keeps locked for as long as the process lives, so that the
/// lock of a process that was killed is free at once. The file stays: whoever deleted it could take away the lock of the next owner.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private const string Name = ".lock";

    /// <summary>EROFS, as .NET passes it on.</summary>
    private const int ReadOnlyDisk = 30;

    private readonly FileStream file;
    private readonly string path;
    private readonly string? taken;

    private FolderLock(string path)
    {
        this.path = path;
        file = new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None);
        taken = Place;
    }

    /// <summary>Whether the folder of that name is still the one that was taken: it may have been moved, and another one made in its place. Where the
    /// system does not tell where an open file is, true.</summary>
    public bool IsHeld => Place is var now && (now == taken || now == Path.GetFullPath(path));

    /// <summary>Where the open file is now.</summary>
    private string? Place =>
        OperatingSystem.IsLinux()
            ? File.ResolveLinkTarget($"/proc/self/fd/{file.SafeFileHandle.DangerousGetHandle()}", returnFinalTarget: false)?.FullName
            : null;

    /// <summary>Whether a folder holds nothing, or a lock alone.</summary>
    public static bool IsAlone(string folder) => Directory.EnumerateFileSystemEntries(folder).All(entry => Path.GetFileName(entry) == Name);

    /// <summary>Takes the lock of a folder that exists; <paramref name="key"/> is the option that names it.</summary>
    /// <exception cref="FaultException">Another process has it, or a link in it leads elsewhere.</exception>
    public static FolderLock Take(string folder, string key)
    {
        FolderLinks.Refuse(folder, key);
        var path = Path.Combine(folder, Name);
        try
        {
            return new FolderLock(path);
        }
        catch (IOException failure) when (File.Exists(path) && failure.HResult != ReadOnlyDisk)
        {
            throw Taken(folder, key);
        }
    }

    public void Dispose() => file.Dispose();

    private static FaultException Taken(string folder, string key) =>
        new(
            FaultModule.invalid(
                Location.OfKey(key),
                $"the folder {folder}, to which {Owner(folder)} is writing",
                "a folder that no other process writes to",
                "",
                "wait for that process, or stop it"
            )
        );

    /// <summary>A process writes its number into the manifest as soon as it has the lock.</summary>
    private static string Owner(string folder) => RecordedRun.ProcessOf(folder) is { } process ? $"process {process}" : "another process";
}

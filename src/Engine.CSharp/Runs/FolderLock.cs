using MeanField.Core;

namespace MeanField.Engine.Runs;

/// <summary>
/// The right of one process to write to a run folder: a file .lock that the system keeps locked for as long as the process lives, so that the
/// lock of a process that was killed is free at once. The file stays: whoever deleted it could take away the lock of the next owner.
/// </summary>
internal sealed class FolderLock : IDisposable
{
    private const string Name = ".lock";
    private readonly FileStream file;

    private FolderLock(FileStream file) => this.file = file;

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
            return new FolderLock(new FileStream(path, FileMode.OpenOrCreate, FileAccess.ReadWrite, FileShare.None));
        }
        catch (IOException) when (File.Exists(path))
        {
            throw Taken(folder, key);
        }
    }

    public void Dispose() => file.Dispose();

    private static FaultException Taken(string folder, string key) =>
        new(
            FaultModule.invalid(
                new Location("", 0, 0, key),
                $"the folder {folder}, to which {Owner(folder)} is writing",
                "a folder that no other process writes to",
                "",
                "wait for that process, or stop it"
            )
        );

    /// <summary>A process writes its number into the manifest as soon as it has the lock.</summary>
    private static string Owner(string folder) => RecordedRun.ProcessOf(folder) is { } process ? $"process {process}" : "another process";
}

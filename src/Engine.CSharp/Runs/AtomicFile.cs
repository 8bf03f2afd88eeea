namespace MeanField.Engine.Runs;

/// <summary>Files that are there whole or not at all.</summary>
public static class AtomicFile
{
    /// <summary>
    /// Writes a file through a temporary name in the same folder: contents reach the disk before the name does, and replace an older
    /// file in one step. When <paramref name="write"/> throws, the older file stands and nothing is left behind.
    /// The folder's own entry is not synchronised: after a power cut the older file may stand.
    /// </summary>
    /// <exception cref="IOException">The disk refuses; where it is full, with the room that the file needs.</exception>
    public static void Write(string path, Action<Stream> write) =>
        Room.For(path, file => file(path, write), () => WriteThrough(path, write));

    private static void WriteThrough(string path, Action<Stream> write)
    {
        var temporary = Path.Combine(Path.GetDirectoryName(Path.GetFullPath(path))!, $".{Path.GetFileName(path)}.{Guid.NewGuid():N}.tmp");

        try
        {
            using (var stream = new FileStream(temporary, FileMode.CreateNew, FileAccess.ReadWrite))
            {
                write(stream);
                stream.Flush(flushToDisk: true);
            }

            File.Move(temporary, path, overwrite: true);
        }
        finally
        {
            // Gone already after the move; still there only when something above threw.
            File.Delete(temporary);
        }
    }
}

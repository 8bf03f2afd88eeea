namespace MeanField.Engine.Runs;

/// <summary>Names the room that a write needs where the disk has none left.</summary>
internal static class Room
{
    // ENOSPC, EDQUOT and EFBIG of the system: no room, none left of the user's share, a file longer than is allowed.
    private static readonly int[] Full = [28, 122, 27];

    /// <summary>Writes; <paramref name="files"/> hands each file's name, and what writes it, to its argument, and is asked again for their lengths when the disk is full.</summary>
    /// <param name="place">The path of the whole, for the message.</param>
    /// <param name="files">The files.</param>
    /// <param name="write">Writes them to the disk.</param>
    /// <exception cref="IOException">The disk refuses; where it is full, with the bytes needed and those that are free.</exception>
    public static void For(string place, Action<Action<string, Action<Stream>>> files, Action write)
    {
        try
        {
            write();
        }
        catch (IOException failure) when (Full.Contains(failure.HResult))
        {
            var needed = Length(files);
            throw new IOException(FormattableString.Invariant($"no room for {place}: it needs {needed:N0} bytes, {Free(place)}"), failure);
        }
    }

    private static long Length(Action<Action<string, Action<Stream>>> files)
    {
        var length = 0L;
        files(
            (_, write) =>
            {
                using var counted = new CountedStream();
                write(counted);
                length += counted.Length;
            }
        );
        return length;
    }

    private static string Free(string place) =>
        Path.GetDirectoryName(Path.GetFullPath(place)) is { } folder && Directory.Exists(folder)
            ? FormattableString.Invariant($"and {new DriveInfo(folder).AvailableFreeSpace:N0} are free; make room, then go on")
            : "and its folder is gone";
}

using System.Text;

namespace MeanField.Engine.Runs;

/// <summary>Texts of files that strangers may have put there.</summary>
public static class BoundedText
{
    /// <summary>Numbers by the hundred thousand belong into a data file, not into a problem.</summary>
    public const int LargestProblem = 1_000_000;

    /// <summary>The copy in a folder has every key, and numbers that the file has written shorter.</summary>
    internal const int LargestCopy = 4 * LargestProblem;

    /// <summary>The UTF-8 text of a file; null where it is longer than so many bytes, of which no more is read: a device has no end.</summary>
    /// <exception cref="IOException">The file cannot be read.</exception>
    public static string? Read(string path, int largest)
    {
        using var stream = File.OpenRead(path);
        var bytes = new MemoryStream();
        var part = new byte[1 << 16];
        for (int read; bytes.Length <= largest && (read = stream.Read(part)) > 0; )
            bytes.Write(part, 0, read);
        if (bytes.Length > largest)
            return null;
        bytes.Position = 0;
        using var reader = new StreamReader(bytes, Encoding.UTF8);
        return reader.ReadToEnd();
    }
}

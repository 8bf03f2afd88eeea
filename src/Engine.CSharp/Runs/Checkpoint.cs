using System.Globalization;
using System.Security.Cryptography;
using System.Text;
using MeanField.Core;
using MeanField.Engine.Journals;

namespace MeanField.Engine.Runs;

/// <summary>
/// The folders checkpoint-STEP of a run folder, from which an interrupted run goes on, and those of a <see cref="Journal"/>. A folder has its name only once all its files are on the
/// disk; SHA256SUMS in it has a line for each, as sha256sum writes it, so that damage is seen before anything is read.
/// </summary>
internal static class Checkpoint
{
    private const string Prefix = "checkpoint-";
    private const string SumsName = "SHA256SUMS";

    /// <summary>A line for each of a few files.</summary>
    private const int LargestSums = 1 << 16;

    /// <summary>The newest may be damaged: the one before is kept, too.</summary>
    private const int Kept = 2;

    /// <summary>Writes the state of a run, then deletes all checkpoints but the newest two.</summary>
    /// <exception cref="IOException">The disk refuses; the earlier checkpoints stand.</exception>
    public static void Write(string runFolder, RunState state) =>
        Write(runFolder, state.Step, write => CheckpointFiles.Write(state, write));

    /// <summary>The same of any work; <paramref name="files"/> hands each file's name, and what writes it, to its argument.</summary>
    public static void Write(string runFolder, long number, Action<Action<string, Action<Stream>>> files)
    {
        var folder = Path.Combine(runFolder, $"{Prefix}{number}");
        // A run that was stopped where it began again: the state is the same.
        if (Directory.Exists(folder))
            return;
        // To make it again would write where nobody looks.
        if (!Directory.Exists(runFolder))
            throw new DirectoryNotFoundException($"the folder {runFolder} is gone");
        var temporary = Path.Combine(runFolder, $".{Prefix}{number}.tmp");
        Room.For(folder, files, () => WriteAll(temporary, files));
        Directory.Move(temporary, folder);
        foreach (var old in All(runFolder).Skip(Kept))
            Delete(old);
    }

    /// <summary>What a failure leaves is deleted: on a full disk it takes room that others need.</summary>
    private static void WriteAll(string temporary, Action<Action<string, Action<Stream>>> files)
    {
        try
        {
            Directory.CreateDirectory(temporary);
            var sums = new List<string>();
            files(
                (name, write) =>
                {
                    WriteThrough(Path.Combine(temporary, name), write);
                    sums.Add($"{Sum(Path.Combine(temporary, name))}  {name}\n");
                }
            );
            WriteThrough(Path.Combine(temporary, SumsName), stream => stream.Write(Encoding.ASCII.GetBytes(string.Concat(sums))));
        }
        catch
        {
            if (Directory.Exists(temporary))
                Delete(temporary);
            throw;
        }
    }

    /// <summary>Refuses a checkpoint that another workbench has written and this one cannot read: it stays.</summary>
    /// <exception cref="FaultException">Both versions.</exception>
    public static void RequireFormat(string runFolder, string checkpoint, int version, int known)
    {
        if (version != known)
            throw new FaultException(
                FaultModule.invalid(
                    Location.OfFile(runFolder),
                    $"{Path.GetFileName(checkpoint)} in version {version} of the format",
                    $"version {known}, that of this workbench",
                    "",
                    "go on with the workbench that began it, or begin again in another folder"
                )
            );
    }

    /// <summary>The newest sound checkpoint, of whatever format, or null; <paramref name="passedOver"/> is told the damaged ones before it, which are deleted,
    /// and those that cannot be read now, which stay.</summary>
    public static string? Newest(string runFolder, Action<string> passedOver)
    {
        foreach (var folder in All(runFolder))
        {
            try
            {
                if (Difference(folder) is not { } damage)
                    return folder;
                passedOver($"{Path.GetFileName(folder)} is passed over: {damage}");
                Delete(folder);
            }
            catch (Exception failure) when (failure is IOException or UnauthorizedAccessException)
            {
                passedOver($"{Path.GetFileName(folder)} is passed over: it cannot be read ({failure.Message})");
            }
        }
        return null;
    }

    /// <summary>Deletes all checkpoints, of which a run that has ended needs none.</summary>
    public static void DeleteAll(string runFolder)
    {
        foreach (var folder in All(runFolder))
            Delete(folder);
        DeleteUnfinished(runFolder);
    }

    /// <summary>Deletes what a killed process was about to make a checkpoint.</summary>
    public static void DeleteUnfinished(string runFolder)
    {
        foreach (var folder in Directory.EnumerateDirectories(runFolder, $".{Prefix}*.tmp").ToArray())
            Delete(folder);
    }

    /// <summary>What differs from the sums; null where nothing does.</summary>
    private static string? Difference(string folder)
    {
        var sums = Path.Combine(folder, SumsName);
        if (!File.Exists(sums))
            return $"it has no {SumsName}";
        if (BoundedText.Read(sums, LargestSums) is not { } text)
            return $"{SumsName} has more than {LargestSums} bytes";
        var lines = text.Split('\n', StringSplitOptions.RemoveEmptyEntries).Select(line => line.Split("  ", 2)).ToArray();
        var files = Directory.EnumerateFiles(folder).Select(file => Path.GetFileName(file)).Where(name => name != SumsName).ToArray();
        if (files.Length == 0 || lines.Any(line => line.Length < 2) || !files.ToHashSet().SetEquals(lines.Select(line => line[1])))
            return $"its files are not those of {SumsName}";
        var wrong = lines.FirstOrDefault(line => Sum(Path.Combine(folder, line[1])) != line[0]);
        return wrong is null ? null : $"the checksum of {wrong[1]} is wrong";
    }

    private static IEnumerable<string> All(string runFolder) =>
        Directory.EnumerateDirectories(runFolder, $"{Prefix}*").Where(IsOurs).OrderByDescending(Step).ToArray();

    /// <summary>Other programs name their folders like this, too: theirs are neither read nor deleted, not even by --force. One of
    /// ours has its sums, or, half deleted, nothing but files of a checkpoint.</summary>
    private static bool IsOurs(string folder)
    {
        var names = Directory.EnumerateFileSystemEntries(folder).Select(entry => Path.GetFileName(entry)).ToArray();
        return Step(folder) >= 0
            && (
                names.Contains(SumsName)
                || Array.TrueForAll(names, name => CheckpointFiles.Names.Contains(name) || name == JournalState.PagesName)
            );
    }

    /// <summary>The number of steps in a folder's name; -1 for another folder.</summary>
    public static long Step(string folder) =>
        long.TryParse(Path.GetFileName(folder)[Prefix.Length..], NumberStyles.None, CultureInfo.InvariantCulture, out var step) ? step : -1;

    /// <summary>Without its sums a folder is no checkpoint: one that is half deleted is not taken for one.</summary>
    private static void Delete(string folder)
    {
        File.Delete(Path.Combine(folder, SumsName));
        Directory.Delete(folder, recursive: true);
    }

    private static void WriteThrough(string path, Action<Stream> write)
    {
        using var stream = new FileStream(path, FileMode.CreateNew);
        write(stream);
        stream.Flush(flushToDisk: true);
    }

    private static string Sum(string path)
    {
        using var stream = File.OpenRead(path);
        return Convert.ToHexStringLower(SHA256.HashData(stream));
    }
}

using System.Diagnostics;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Journals;

/// <summary>
/// The pages of a journal and their checkpoints in a folder: one each time that so many seconds have passed when a page is written, with all pages in
/// it. The clock is monotonic: setting the machine's time moves no checkpoint. Thread-safe.
/// </summary>
internal sealed class JournalPages(RunFolder folder, double seconds, JournalState before)
{
    private readonly Lock gate = new();
    private readonly Dictionary<string, byte[]> finished = new(before.Finished);
    private readonly Dictionary<string, Func<byte[]>> noted = before.Noted.ToDictionary(
        page => page.Key,
        page => new Func<byte[]>(() => page.Value)
    );
    private readonly Stopwatch last = Stopwatch.StartNew();
    private long number = before.Number;
    private long written = before.Number;

    /// <summary>Whether an earlier process has found anything.</summary>
    public bool GoesOn => before.Finished.Count + before.Noted.Count > 0;

    /// <summary>A finished part; null where it is not.</summary>
    public byte[]? Finished(string name)
    {
        lock (gate)
            return finished.GetValueOrDefault(name);
    }

    /// <summary>Where a part stood.</summary>
    public byte[]? Noted(string name)
    {
        lock (gate)
            return before.Noted.GetValueOrDefault(name);
    }

    /// <summary>A finished part takes the place of all that was found on the way to it.</summary>
    public void Finish(string name, byte[] page)
    {
        lock (gate)
        {
            foreach (var inner in finished.Keys.Where(key => key.StartsWith($"{name}/", StringComparison.Ordinal)).ToArray())
                finished.Remove(inner);
            foreach (var inner in noted.Keys.Where(key => key == name || key.StartsWith($"{name}/", StringComparison.Ordinal)).ToArray())
                noted.Remove(inner);
            finished[name] = page;
            Count();
        }
    }

    /// <summary>Where a part stands; the page is made when a checkpoint is.</summary>
    public void Note(string name, Func<byte[]> page)
    {
        lock (gate)
        {
            noted[name] = page;
            Count();
        }
    }

    /// <summary>Writes a checkpoint, where anything was found since the last.</summary>
    public void Write()
    {
        lock (gate)
        {
            if (number == written)
                return;
            var state = new JournalState(number, finished, noted.ToDictionary(page => page.Key, page => page.Value()));
            folder.RequireOurs();
            Checkpoint.Write(folder.Path, number, state.Write);
            written = number;
            last.Restart();
            folder.Log($"checkpoint {number} written");
        }
    }

    private void Count()
    {
        number++;
        if (last.Elapsed.TotalSeconds >= seconds)
            Write();
    }
}

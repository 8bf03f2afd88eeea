namespace MeanField.Engine.Runs;

/// <summary>Writes the files of a run beside its steps, one at a time: a step waits for the disk only where the file before is not yet written.</summary>
internal sealed class BackgroundWriter : IDisposable
{
    private Task current = Task.CompletedTask;

    /// <summary>Whether nothing is being written.</summary>
    public bool IsIdle => current.IsCompleted;

    /// <summary>Begins to write, once the write before has ended; throws what that one threw.</summary>
    public void Start(Action write)
    {
        Finish();
        current = Task.Run(write);
    }

    /// <summary>Waits for the last write; throws what it threw.</summary>
    public void Finish()
    {
        var last = current;
        current = Task.CompletedTask;
        last.GetAwaiter().GetResult();
    }

    /// <summary>Waits for the last write: whoever leaves without <see cref="Finish"/> has a failure of its own to tell.</summary>
    public void Dispose() => Task.WhenAny(current).GetAwaiter().GetResult();
}

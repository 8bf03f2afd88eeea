namespace MeanField.Engine.Runs;

/// <summary>Writes the files of a run beside its steps, one at a time: a step waits for the disk only where the file before is not yet written, or
/// where a copy of the particles would be large.</summary>
internal sealed class BackgroundWriter : IDisposable
{
    /// <summary>Bytes of a copy of the particles, at most. What is larger takes about as long to write as a step takes.</summary>
    public const long LargestCopy = 1 << 26;

    private Task current = Task.CompletedTask;

    /// <summary>Whether nothing is being written.</summary>
    public bool IsIdle => current.IsCompleted;

    /// <summary>Begins to write, once the write before has ended; throws what that one threw.</summary>
    public void Start(Action write)
    {
        Finish();
        current = Task.Run(write);
    }

    /// <summary>The same with particles, which may go on then.</summary>
    public void Start(ParticleSnapshot particles, Action<ParticleSnapshot> write)
    {
        if (particles.Bytes > LargestCopy)
        {
            Finish();
            write(particles);
            return;
        }
        var copy = particles.Copy();
        Start(() =>
        {
            using (copy)
                write(copy);
        });
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

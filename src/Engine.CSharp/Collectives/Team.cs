using System.Runtime.ExceptionServices;

namespace MeanField.Engine.Collectives;

/// <summary>
/// A fixed team of threads, the caller among them. Items are handed out in order, one at a time, to whichever worker is free:
/// results must depend on the item only, never on the worker. Idle workers spin briefly, then sleep.
/// Not reentrant: one <see cref="Run"/> at a time, from one thread.
/// </summary>
public sealed class Team : IDisposable
{
    private const int SpinsBeforeSleep = 2000;
    private readonly Thread[] threads;
    private readonly object gate = new();
    private Action<int, int> work = static (_, _) => { };
    private int count;
    private int next;
    private int running;
    private volatile int generation;
    private volatile bool closing;
    private ExceptionDispatchInfo? failure;

    /// <summary>A team of <paramref name="workers"/> threads in all; 1 runs everything on the caller.</summary>
    public Team(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        Workers = workers;
        threads = [.. Enumerable.Range(1, workers - 1).Select(Start)];
    }

    /// <summary>Number of threads, the caller included.</summary>
    public int Workers { get; }

    /// <summary>
    /// Calls <paramref name="item"/>(index, worker) for every index below <paramref name="items"/> and returns when all are done.
    /// The first exception of any worker stops the handing out and reaches the caller.
    /// </summary>
    public void Run(int items, Action<int, int> item)
    {
        (work, count, next, failure) = (item, items, 0, null);
        Volatile.Write(ref running, threads.Length);
        Wake();
        Drain(0);
        AwaitOthers();
        failure?.Throw();
    }

    /// <summary>Ends the threads.</summary>
    public void Dispose()
    {
        closing = true;
        Wake();
        foreach (var thread in threads)
            thread.Join();
    }

    private Thread Start(int worker)
    {
        var thread = new Thread(() => Serve(worker)) { IsBackground = true, Name = $"team {worker}" };
        thread.Start();
        return thread;
    }

    private void Wake()
    {
        if (threads.Length == 0)
            return;
        lock (gate)
        {
            generation++;
            Monitor.PulseAll(gate);
        }
    }

    private void Serve(int worker)
    {
        for (var seen = 0; ; seen++)
        {
            AwaitGeneration(seen);
            if (closing)
                return;
            Drain(worker);
            Leave();
        }
    }

    private void AwaitGeneration(int seen)
    {
        for (var spin = 0; spin < SpinsBeforeSleep; spin++)
        {
            if (generation != seen)
                return;
            Thread.SpinWait(20);
        }
        lock (gate)
            while (generation == seen)
                Monitor.Wait(gate);
    }

    private void Drain(int worker)
    {
        try
        {
            for (var index = Interlocked.Increment(ref next) - 1; index < count; index = Interlocked.Increment(ref next) - 1)
                work(index, worker);
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
            Volatile.Write(ref next, count);
        }
    }

    private void Leave()
    {
        if (Interlocked.Decrement(ref running) > 0)
            return;
        lock (gate)
            Monitor.PulseAll(gate);
    }

    private void AwaitOthers()
    {
        for (var spin = 0; spin < SpinsBeforeSleep; spin++)
        {
            if (Volatile.Read(ref running) == 0)
                return;
            Thread.SpinWait(20);
        }
        lock (gate)
            while (Volatile.Read(ref running) > 0)
                Monitor.Wait(gate);
    }
}

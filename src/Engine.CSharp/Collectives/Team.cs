using System.Runtime.ExceptionServices;
using System.Runtime.InteropServices;

namespace MeanField.Engine.Collectives;

/// <summary>
/// A fixed team of threads, the caller among them. Items are handed out one at a time to whichever worker is free: results must depend on the item only,
/// never on the worker. Idle workers spin briefly, then sleep. Not reentrant: one call at a time, from one thread.
/// </summary>
public sealed class Team : IDisposable
{
    private const int SpinsBeforeSleep = 2000;
    private readonly Thread[] threads;
    private readonly object gate = new();
    private Action<int, int> work = static (_, _) => { };
    private readonly Share[] shares;
    private int running;
    private volatile int generation;
    private volatile bool closing;
    private ExceptionDispatchInfo? failure;

    /// <summary>A team of <paramref name="workers"/> threads in all; 1 runs everything on the caller.</summary>
    public Team(int workers)
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(workers, 1);
        Workers = workers;
        shares = new Share[workers];
        threads = [.. Enumerable.Range(1, workers - 1).Select(Start)];
    }

    /// <summary>Number of threads, the caller included.</summary>
    public int Workers { get; }

    /// <summary>
    /// Calls <paramref name="item"/>(index, worker) for every index below <paramref name="items"/>, in order, and returns when all are done.
    /// The first exception of any worker stops the handing out and reaches the caller.
    /// </summary>
    public void Run(int items, Action<int, int> item)
    {
        for (var share = 0; share < Workers; share++)
            shares[share] = new Share { End = share == 0 ? items : 0 };
        Work(item);
    }

    /// <summary>
    /// The same, but every worker goes first, in order, through a share of its own, the same in every call with as many items, so that it meets again what its
    /// caches hold; who is done with that helps others.
    /// </summary>
    public void RunNear(int items, Action<int, int> item)
    {
        for (var share = 0; share < Workers; share++)
            shares[share] = new Share { Next = FirstOfShare(items, share), End = FirstOfShare(items, share + 1) };
        Work(item);
    }

    /// <summary>The first item of a worker's share in <see cref="RunNear"/>; where it ends that of the next worker begins.</summary>
    public int FirstOfShare(int items, int worker) => (int)((long)items * worker / Workers);

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

    private void Work(Action<int, int> item)
    {
        (work, failure) = (item, null);
        Volatile.Write(ref running, threads.Length);
        Wake();
        Drain(0);
        AwaitOthers();
        failure?.Throw();
    }

    private void Drain(int worker)
    {
        try
        {
            for (var turn = 0; turn < Workers; turn++)
                Drain(ref shares[(worker + turn) % Workers], worker);
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
            foreach (ref var share in shares.AsSpan())
                Volatile.Write(ref share.Next, share.End);
        }
    }

    private void Drain(ref Share share, int worker)
    {
        for (var index = Interlocked.Increment(ref share.Next) - 1; index < share.End; index = Interlocked.Increment(ref share.Next) - 1)
            work(index, worker);
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

    /// <summary>Items that wait, from the next one on; a cache line each.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Share
    {
        public int Next;
        public int End;
    }
}

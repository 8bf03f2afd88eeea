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
    private bool isNear;
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
    /// Calls <paramref name="item"/>(index, worker) for every index below <paramref name="items"/>, handed out in order, and returns when all are done.
    /// The first exception of any worker stops the handing out and reaches the caller.
    /// </summary>
    public void Run(int items, Action<int, int> item)
    {
        Array.Clear(shares);
        shares[0] = new Share(0, items);
        Run(item, near: false);
    }

    /// <summary>
    /// The same, but every worker goes through a share of its own in order, the same in every call with as many items, so that it meets again what its caches
    /// hold; who is done with that takes the last items of others.
    /// </summary>
    internal void RunNear(int items, Action<int, int> item)
    {
        for (var share = 0; share < Workers; share++)
            shares[share] = new Share(FirstOfShare(items, share), FirstOfShare(items, share + 1));
        Run(item, near: true);
    }

    /// <summary>Whether the item after this one will, as far as can be known, be the next one of a worker that <see cref="RunNear"/> has given this one.</summary>
    internal bool GoesOn(int items, int index, int worker) =>
        index >= FirstOfShare(items, worker) && index + 1 < FirstOfShare(items, worker + 1);

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

    /// <summary>No share is larger than that of the caller, who begins before the others are awake.</summary>
    private int FirstOfShare(int items, int worker) => (int)(((long)items * worker + Workers - 1) / Workers);

    private void Run(Action<int, int> item, bool near)
    {
        (work, isNear, failure) = (item, near, null);
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
            if (!isNear)
                Drain(ref shares[0], worker, fromEnd: false);
            else
                for (var turn = 0; turn < Workers; turn++)
                    Drain(ref shares[(worker + turn) % Workers], worker, fromEnd: turn > 0);
        }
        catch (Exception exception)
        {
            Interlocked.CompareExchange(ref failure, ExceptionDispatchInfo.Capture(exception), null);
            foreach (ref var share in shares.AsSpan())
                share.Close();
        }
    }

    private void Drain(ref Share share, int worker, bool fromEnd)
    {
        while (share.Take(fromEnd) is { } index)
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

    /// <summary>Items that wait, a range of which workers take the first or the last; 64 bytes apart, so that no two stand in one cache line.</summary>
    [StructLayout(LayoutKind.Sequential, Size = 64)]
    private struct Share(int first, int end)
    {
        private long range = Range(first, end);

        public int? Take(bool fromEnd)
        {
            while (true)
            {
                var seen = Volatile.Read(ref range);
                var (first, end) = ((int)seen, (int)(seen >> 32));
                if (first >= end)
                    return null;
                var left = fromEnd ? Range(first, end - 1) : Range(first + 1, end);
                if (Interlocked.CompareExchange(ref range, left, seen) == seen)
                    return fromEnd ? end - 1 : first;
            }
        }

        public void Close() => Volatile.Write(ref range, 0);

        private static long Range(int first, int end) => (long)end << 32 | (uint)first;
    }
}

using MeanField.Engine.Collectives;

namespace MeanField.Engine.Tests.Collectives;

/// <summary>One of several threads that stand for processes: no MPI is needed.</summary>
internal sealed class Ranks(int rank, int size, Barrier barrier, double[][] shared) : ICommunicator
{
    public int Rank => rank;

    public int Size => size;

    public int OnThisMachine => size;

    public static T[] Run<T>(int size, Func<ICommunicator, T> work)
    {
        using var barrier = new Barrier(size);
        var (shared, results) = (new double[1][], new T[size]);
        var threads = Enumerable.Range(0, size).Select(rank => new Thread(() => Work(rank))).ToArray();
        Array.ForEach(threads, thread => thread.Start());
        Array.ForEach(threads, thread => thread.Join());
        return results;

        void Work(int rank) => results[rank] = work(new Ranks(rank, size, barrier, shared));
    }

    public void AllGather(Span<double> parts, ReadOnlySpan<int> counts)
    {
        if (rank == 0)
            shared[0] = new double[parts.Length];
        barrier.SignalAndWait();
        var start = 0;
        for (var before = 0; before < rank; before++)
            start += counts[before];
        parts.Slice(start, counts[rank]).CopyTo(shared[0].AsSpan(start));
        barrier.SignalAndWait();
        shared[0].CopyTo(parts);
        barrier.SignalAndWait();
    }

    public void Abort(int exitCode) => throw new InvalidOperationException("nothing fails here");

    public void Dispose() { }
}

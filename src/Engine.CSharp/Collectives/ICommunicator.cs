namespace MeanField.Engine.Collectives;

/// <summary>
/// The processes that share one run, numbered from 0. Every process makes the same collective calls in the same order, from one thread at a time.
/// </summary>
public interface ICommunicator : IDisposable
{
    /// <summary>The number of this process; 0 alone writes files and speaks.</summary>
    int Rank { get; }

    /// <summary>Number of processes, at least 1.</summary>
    int Size { get; }

    /// <summary>How many of them run on this machine and share its memory.</summary>
    int OnThisMachine { get; }

    /// <summary>
    /// Collective. <paramref name="parts"/> holds the parts of all ranks behind one another, as many numbers of each as
    /// <paramref name="counts"/> says; every rank has written its own and gets those of the others, bit by bit.
    /// </summary>
    void AllGather(Span<double> parts, ReadOnlySpan<int> counts);

    /// <summary>Collective. What every rank tells, as many numbers each, in order of the ranks.</summary>
    double[] Told(params ReadOnlySpan<double> own)
    {
        var all = new double[own.Length * Size];
        own.CopyTo(all.AsSpan(own.Length * Rank));
        AllGather(all, [.. Enumerable.Repeat(own.Length, Size)]);
        return all;
    }

    /// <summary>Collective. The text that the first rank tells, on every rank; what the others bring is not looked at.</summary>
    string FromFirst(string? own)
    {
        var letters = (own ?? "").Select(letter => (double)letter).ToArray();
        Span<int> counts = stackalloc int[Size];
        counts[0] = (int)Told(letters.Length)[0];
        var told = new double[counts[0]];
        if (Rank == 0)
            letters.CopyTo(told, 0);
        AllGather(told, counts);
        return string.Concat(told.Select(letter => (char)letter));
    }

    /// <summary>Ends all processes at once with an exit code: for a failure that the others do not know of.</summary>
    void Abort(int exitCode);
}

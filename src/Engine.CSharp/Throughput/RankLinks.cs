using MeanField.Engine.Collectives;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Throughput;

/// <summary>What processes tell each other: so many collective calls, and the bytes that every one of them has after these.</summary>
public sealed record Exchange(long Calls, long Bytes);

/// <summary>The time of one collective call after which every process has so many bytes, an equal part from each.</summary>
public sealed record MessageTime(long Bytes, Measured Seconds);

/// <summary>
/// How fast processes exchange numbers: a call takes ceil(log2 R) latencies, and the time of the bytes (R - 1)/R of which each process gets from others.
/// Source: Thakur, Rabenseifner and Gropp (2005): the cost of an allgather by recursive doubling.
/// </summary>
/// <param name="Ranks">R, at least 2.</param>
/// <param name="Messages">Times by size, the smallest first.</param>
public sealed record RankLinks(int Ranks, IReadOnlyList<MessageTime> Messages)
{
    private const int Rounds = 9;

    // A round of small messages takes a tenth of a millisecond or more, one of the largest some milliseconds.
    private const int NumbersOfRound = 1 << 16;
    private const int MostCalls = 200;
    private const int LargestPart = 1 << 18;

    /// <summary>Seconds of a message that holds nothing, between two processes.</summary>
    public double Latency => Messages[0].Seconds.Median / Stages(Ranks);

    /// <summary>Seconds that a byte from another process takes, by the largest message.</summary>
    public double SecondsPerByte
    {
        get
        {
            var (small, large) = (Messages[0], Messages[^1]);
            var seconds = large.Seconds.Median - small.Seconds.Median;
            return Math.Max(0, seconds / (FromOthers(Ranks) * (large.Bytes - small.Bytes)));
        }
    }

    /// <summary>Seconds of exchanges among any number of processes, if all links are as these.</summary>
    public double Seconds(Exchange exchange, int ranks) =>
        ranks == 1 ? 0 : exchange.Calls * Stages(ranks) * Latency + exchange.Bytes * FromOthers(ranks) * SecondsPerByte;

    /// <summary>Collective. Measures messages from 8 bytes a process to 2 MB a process.</summary>
    public static RankLinks Of(ICommunicator ranks, CancellationToken cancel)
    {
        var messages = new List<MessageTime>();
        for (var part = 1; part <= LargestPart; part *= 8)
        {
            cancel.ThrowIfCancellationRequested();
            var (numbers, counts) = (new double[part * ranks.Size], Enumerable.Repeat(part, ranks.Size).ToArray());
            var calls = Math.Clamp(NumbersOfRound / numbers.Length, 2, MostCalls);
            // The first round warms up.
            var rounds = Enumerable.Range(0, Rounds + 1).Select(_ => Round(numbers, counts, calls)).Skip(1).ToArray();
            messages.Add(new MessageTime((long)numbers.Length * sizeof(double), Measured.Of(rounds)));
        }
        return new RankLinks(ranks.Size, messages);

        double Round(double[] numbers, int[] counts, int calls)
        {
            ranks.Told(0);
            return Measured.Seconds(() =>
                {
                    for (var call = 0; call < calls; call++)
                        ranks.AllGather(numbers, counts);
                }) / calls;
        }
    }

    private static int Stages(int ranks) => (int)Math.Ceiling(Math.Log2(ranks));

    private static double FromOthers(int ranks) => (ranks - 1.0) / ranks;
}

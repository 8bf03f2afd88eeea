using MeanField.Engine.Collectives;

namespace MeanField.Engine.Throughput;

/// <summary>Processes whose exchanges are counted.</summary>
internal sealed class CountedRanks(ICommunicator ranks) : ICommunicator
{
    /// <inheritdoc/>
    public int Rank => ranks.Rank;

    /// <inheritdoc/>
    public int Size => ranks.Size;

    /// <inheritdoc/>
    public int OnThisMachine => ranks.OnThisMachine;

    /// <summary>What was exchanged so far.</summary>
    public Exchange Total { get; private set; } = new(0, 0);

    /// <inheritdoc/>
    public void AllGather(Span<double> parts, ReadOnlySpan<int> counts)
    {
        Total = new Exchange(Total.Calls + 1, Total.Bytes + (long)parts.Length * sizeof(double));
        ranks.AllGather(parts, counts);
    }

    /// <inheritdoc/>
    public void Abort(int exitCode) => ranks.Abort(exitCode);

    /// <summary>Leaves the processes as they are: they are its maker's.</summary>
    public void Dispose() { }
}

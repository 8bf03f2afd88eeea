namespace MeanField.Engine.Collectives;

/// <summary>A run of one process, which needs no library: its own part is all there is.</summary>
public sealed class OneProcess : ICommunicator
{
    /// <summary>The only one that is needed.</summary>
    public static OneProcess Alone { get; } = new();

    /// <inheritdoc/>
    public int Rank => 0;

    /// <inheritdoc/>
    public int Size => 1;

    /// <inheritdoc/>
    public int OnThisMachine => 1;

    /// <inheritdoc/>
    public void AllGather(Span<double> parts, ReadOnlySpan<int> counts) { }

    /// <inheritdoc/>
    public void Abort(int exitCode) { }

    /// <inheritdoc/>
    public void Dispose() { }
}

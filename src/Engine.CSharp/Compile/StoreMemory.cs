using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>The memory of stored pair values, which several evaluations may use in turns, and whose first sweep it holds.</summary>
internal sealed class StoreMemory(long length) : IDisposable
{
    /// <summary>The pair values.</summary>
    public AlignedBuffer Pairs { get; } = new(length);

    /// <summary>The evaluation whose first sweep has been taken ahead, and of which particles; null: none.</summary>
    public Opening? Opened { get; set; }

    public void Dispose() => Pairs.Dispose();
}

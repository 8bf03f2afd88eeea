using MeanField.Core;

namespace MeanField.Engine.Minimisers;

/// <summary>The scratch memory of one thread for a chunk of points.</summary>
internal sealed class TiltedWorker(int nodes, int lawWidth) : IDisposable
{
    public double[] Masses { get; } = new double[ReductionOrder.Chunk];

    public double[] First { get; } = new double[ReductionOrder.Chunk];

    public double[] Second { get; } = new double[ReductionOrder.Chunk];

    public double[] Law { get; } = new double[lawWidth];

    public MomentPanels Panels { get; } = new(nodes);

    public void Dispose() => Panels.Dispose();
}

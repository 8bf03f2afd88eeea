using MeanField.Core;

namespace MeanField.Engine.Compile;

/// <summary>Places of the sums over particles that one sweep completes: those per node and the plain ones, counted in components.</summary>
internal sealed class SumLayout
{
    private readonly Dictionary<int, int> offsets = [];

    public SumLayout(KernelProgram program, IReadOnlyList<int> reductions)
    {
        foreach (var value in reductions)
        {
            var (perNode, width) = (program.Code[value].Axes.HasFlag(Axes.Node), program.Code[value].Width);
            offsets[value] = perNode ? NodeComponents : Components;
            if (perNode)
                NodeComponents += width;
            else
                Components += width;
        }
    }

    /// <summary>Components of all sums per node.</summary>
    public int NodeComponents { get; }

    /// <summary>Components of all sums without a node axis.</summary>
    public int Components { get; }

    /// <summary>First component of a sum among those of its kind.</summary>
    public int Offset(int value) => offsets[value];

    /// <summary>Sums of one superblock over n nodes: node sums [node][component], then the plain ones.</summary>
    public long Length(int nodes) => (long)nodes * NodeComponents + Components;
}

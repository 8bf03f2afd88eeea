using MeanField.Core;

namespace MeanField.Engine.Compile;

/// <summary>
/// Where values without a particle axis stand: uniform ones in one table, node ones in rows, one row a node, so that a sweep
/// reads a node's values from one moving base. Offsets count doubles.
/// </summary>
internal sealed class TableLayout
{
    private readonly int[] offsets;

    public TableLayout(KernelProgram program)
    {
        offsets = new int[program.Code.Length];
        for (var value = 0; value < program.Code.Length; value++)
            offsets[value] = Reserve(program.Code[value]);
    }

    /// <summary>Doubles of the uniform table.</summary>
    public int UniformLength { get; private set; }

    /// <summary>Doubles of one node's row.</summary>
    public int RowLength { get; private set; }

    /// <summary>First double of a value in its table.</summary>
    public int Offset(int value) => offsets[value];

    private int Reserve(Value value)
    {
        var offset = -1;
        if (value.Axes == Axes.Uniform)
            (offset, UniformLength) = (UniformLength, UniformLength + value.Width);
        else if (value.Axes == Axes.Node)
            (offset, RowLength) = (RowLength, RowLength + value.Width);
        return offset;
    }
}

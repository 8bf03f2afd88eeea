using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>
/// Where values without a particle axis stand: uniform ones in one table, those of nodes and of other particles in rows, so that a sweep
/// reads a row's values from one moving base. A value that is read in both formats stands there in both. Offsets count bytes.
/// </summary>
internal sealed class TableLayout
{
    private readonly Dictionary<FormattedValue, int> offsets = [];
    private readonly Dictionary<Axes, int> lengths = [];

    public TableLayout(KernelProgram program, ProgramFormats formats)
    {
        (Program, Formats) = (program, formats);
        for (var value = 0; value < program.Code.Length; value++)
            if (!program.Code[value].Axes.HasFlag(Axes.Particle))
                foreach (var format in formats.Needed(value))
                    Reserve(value, format);
    }

    public KernelProgram Program { get; }

    public ProgramFormats Formats { get; }

    /// <summary>Bytes of the uniform table.</summary>
    public int UniformLength => Length(Axes.Uniform);

    /// <summary>Bytes of one row of an axis, a node's or another particle's: a multiple of 8.</summary>
    public int RowLength(Axes axis) => Length(axis);

    /// <summary>First byte of a value in its table, in one of the formats that it is needed in.</summary>
    public int Offset(int value, NumberFormat format) => offsets[new(value, format)];

    private int Length(Axes axes) => lengths.GetValueOrDefault(axes);

    /// <summary>Every value starts at a multiple of 8 bytes.</summary>
    private void Reserve(int value, NumberFormat format)
    {
        var what = Program.Code[value];
        var offset = Length(what.Axes);
        offsets[new(value, format)] = offset;
        lengths[what.Axes] = offset + (what.Width * format.Bytes + 7) / 8 * 8;
    }
}

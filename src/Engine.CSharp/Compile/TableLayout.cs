using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>
/// Where values without a particle axis stand: uniform ones in one table, those of nodes and of other particles in rows, so that a sweep
/// reads a row's values from one moving base. A value that is read in both formats stands there in both. Offsets count bytes.
/// </summary>
internal sealed class TableLayout
{
    private readonly Place[][] places;
    private readonly Dictionary<Axes, int> lengths = [];

    public TableLayout(KernelProgram program, ProgramFormats formats)
    {
        (Program, Formats) = (program, formats);
        places = new Place[program.Code.Length][];
        for (var value = 0; value < places.Length; value++)
            places[value] = program.Code[value].Axes.HasFlag(Axes.Particle)
                ? []
                : [.. formats.Needed(value).Select(format => Reserve(value, format))];
    }

    public KernelProgram Program { get; }

    public ProgramFormats Formats { get; }

    /// <summary>Bytes of the uniform table.</summary>
    public int UniformLength => Length(Axes.Uniform);

    /// <summary>Bytes of one row of an axis, a node's or another particle's: a multiple of 8.</summary>
    public int RowLength(Axes axis) => Length(axis);

    /// <summary>First byte of a value in its table, in one of the formats that it is needed in.</summary>
    public int Offset(int value, NumberFormat format) => Array.Find(places[value], place => place.Format == format)!.Offset;

    /// <summary>All places of a value, that in its own format first.</summary>
    public ReadOnlySpan<Place> Places(int value) => places[value];

    private int Length(Axes axes) => lengths.GetValueOrDefault(axes);

    /// <summary>Every value starts at a multiple of 8 bytes.</summary>
    private Place Reserve(int value, NumberFormat format)
    {
        var what = Program.Code[value];
        var offset = Length(what.Axes);
        lengths[what.Axes] = offset + (what.Width * format.Bytes + 7) / 8 * 8;
        return new Place(format, offset);
    }
}

/// <summary>Where a value stands in a row or in the table of uniforms, and in which format.</summary>
/// <param name="Format">The format of its numbers.</param>
/// <param name="Offset">The first byte.</param>
internal sealed record Place(NumberFormat Format, int Offset);

using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>
/// Where the parts of a sweep leave values for one another, one tile of particles at a time: particle values [component][T], pair values
/// a row of nodes or of other particles [component][T]. A value that is read in both formats stands there in both. Offsets count bytes.
/// </summary>
internal sealed class CarryLayout
{
    private readonly Dictionary<FormattedValue, long> offsets = [];
    private readonly long[] lengths = new long[1 + (int)(Axes.Node | Axes.Particle | Axes.Other)];

    public CarryLayout(IEnumerable<Nest> parts, TableLayout tables, int particles)
    {
        foreach (var value in parts.SelectMany(part => part.Left))
        foreach (var format in tables.Formats.Needed(value))
        {
            var what = tables.Program.Code[value];
            var offset = lengths[(int)what.Axes];
            offsets[new(value, format)] = offset;
            // Every component starts at a multiple of the widest register.
            lengths[(int)what.Axes] = offset + (what.Width * (long)particles * format.Bytes + 63) / 64 * 64;
        }
    }

    /// <summary>Bytes of a tile's particle values.</summary>
    public long ParticleLength => lengths[(int)Axes.Particle];

    /// <summary>Bytes of a tile's pair values with one row of an axis.</summary>
    public long RowLength(Axes over) => lengths[(int)(Axes.Particle | over)];

    /// <summary>First byte of a value that is left, or null.</summary>
    public long? Offset(int value, NumberFormat format) => offsets.TryGetValue(new(value, format), out var offset) ? offset : null;
}

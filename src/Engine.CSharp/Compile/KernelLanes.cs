using System.Linq.Expressions;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>One tile of particles in the registers of every format that a kernel computes in; all append to one body.</summary>
internal sealed class KernelLanes
{
    private readonly Dictionary<NumberFormat, (EmittedLanes Lanes, TileShape Tile)> known = [];

    /// <summary>Lanes over T particles, in the formats of a program.</summary>
    public KernelLanes(ProgramFormats formats, VectorTarget target, int particles)
    {
        (Formats, Particles) = (formats, particles);
        foreach (var format in formats.All)
        {
            var machine = Machine.Of(target, format);
            var tile = new TileShape(particles, machine);
            known[format] = (new EmittedLanes(machine, tile.Registers, Body), tile);
        }
    }

    public ProgramFormats Formats { get; }

    /// <summary>T.</summary>
    public int Particles { get; }

    /// <summary>The statements under construction.</summary>
    public KernelBody Body { get; } = new();

    public EmittedLanes this[NumberFormat format] => known[format].Lanes;

    public TileShape Tile(NumberFormat format) => known[format].Tile;

    /// <summary>A bundle in another format: one rounding from binary64 to binary32, none the other way.</summary>
    public Bundle Convert(Bundle value, NumberFormat from, NumberFormat to)
    {
        if (from == to)
            return value;
        var (lanes, parts) = (known[to].Lanes, known[NumberFormat.Single].Tile.Width / known[NumberFormat.Double].Tile.Width);
        // One part of one register may be any particles'.
        var shared = value.IsShared && known[from].Tile.Registers > 1;
        return to == NumberFormat.Double
            ? lanes.Assign(shared, k => lanes.Machine.Widen(value[k / parts], k % parts))
            : lanes.Assign(shared, k => lanes.Machine.Narrow(value[k * parts], value[k * parts + parts - 1]));
    }

    /// <summary>Stores a bundle register by register.</summary>
    public void Store(Bundle value, NumberFormat format, Func<int, Expression> address)
    {
        for (var k = 0; k < Tile(format).Registers; k++)
            Body.Append(this[format].Machine.Store(address(k), value[k]));
    }
}

using MeanField.Core;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>The parameters that a program reads of the other particle: from blocks of 16 lanes to one row a particle. O(N d) a copy.</summary>
internal sealed unsafe class OtherInputs
{
    private readonly TableLayout tables;
    private readonly ParticleLayout particles;
    private readonly List<(int Offset, NumberFormat Format, int First, int Width)> places = [];

    public OtherInputs(TableLayout tables, ParticleLayout particles)
    {
        (this.tables, this.particles) = (tables, particles);
        var program = tables.Program;
        for (var value = 0; value < program.Code.Length; value++)
            if (program.Code[value].Instruction is Instruction.Input { source: Source.OtherParameter parameter })
                foreach (var format in tables.Formats.Needed(value))
                    places.Add((tables.Offset(value, format), format, First(parameter.block), program.Code[value].Width));
    }

    /// <summary>Rounds where the row holds another format than the state.</summary>
    public void Copy(AlignedBuffer state, AlignedBuffer rows)
    {
        foreach (var (offset, format, first, width) in places)
            for (var particle = 0; particle < particles.Particles; particle++)
            {
                var row = rows.Start + (long)particle * tables.RowLength(Axes.Other) + offset;
                for (var component = 0; component < width; component++)
                    Write(row, component, format, Read(state.Start, particles.Index(particle, first + component)));
            }
    }

    private int First(string block) => tables.Program.Blocks.TakeWhile(known => known.Name != block).Sum(known => known.Width);

    private double Read(byte* state, long index) =>
        tables.Formats.OfOthers == NumberFormat.Double ? ((double*)state)[index] : ((float*)state)[index];

    private static void Write(byte* row, int component, NumberFormat format, double number)
    {
        if (format == NumberFormat.Double)
            ((double*)row)[component] = number;
        else
            ((float*)row)[component] = (float)number;
    }
}

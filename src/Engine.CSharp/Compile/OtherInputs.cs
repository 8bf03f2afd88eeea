using MeanField.Core;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>The parameters that a program reads of the other particle: from blocks of 16 lanes to one row a particle. O(N d) a copy.</summary>
internal sealed class OtherInputs
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
                    places.Add(
                        (
                            tables.Offset(value, format),
                            format,
                            KernelProgramModule.firstComponent(program, parameter.block),
                            program.Code[value].Width
                        )
                    );
    }

    /// <summary>Rounds where the row holds another format than the state.</summary>
    public void Copy(AlignedBuffer state, AlignedBuffer rows)
    {
        foreach (var (offset, format, first, width) in places)
            for (var particle = 0; particle < particles.Particles; particle++)
            {
                var row = (long)particle * tables.RowLength(Axes.Other) + offset;
                for (var component = 0; component < width; component++)
                    rows.Write(
                        format,
                        row,
                        component,
                        state.Read(tables.Formats.OfOthers, 0, particles.Index(particle, first + component))
                    );
            }
    }
}

using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>
/// A value in one of the formats that it is read in. A class, as other keys of tables here are: tables over references share machine code
/// that the runtime brings along, those over structures are compiled at every start.
/// </summary>
internal sealed record FormattedValue(int Value, NumberFormat Format);

/// <summary>
/// The format of every value of a program in one precision, by the rules of the seam: that of pair values and that of all others.
/// </summary>
internal sealed class ProgramFormats
{
    private readonly KernelProgram program;
    private readonly Precision precision;
    private readonly HashSet<FormattedValue> read = [];

    public ProgramFormats(KernelProgram program, Precision precision)
    {
        (this.program, this.precision) = (program, precision);
        OfPairs = OfAxes(Axes.Node | Axes.Particle);
        OfOthers = OfAxes(Axes.Uniform);
        for (var value = 0; value < program.Code.Length; value++)
            foreach (var argument in KernelProgramModule.arguments(program.Code[value].Instruction))
                read.Add(new(argument, OfTerms(value)));
    }

    /// <summary>The format of pair values.</summary>
    public NumberFormat OfPairs { get; }

    /// <summary>The format of all other values: state, outputs, tables, totals.</summary>
    public NumberFormat OfOthers { get; }

    /// <summary>Both formats, the pairs' one first; one where they agree.</summary>
    public IReadOnlyList<NumberFormat> All => OfPairs == OfOthers ? [OfPairs] : [OfPairs, OfOthers];

    /// <summary>The format of a value.</summary>
    public NumberFormat Of(int value) => OfAxes(program.Code[value].Axes);

    /// <summary>The format in which a value reads its arguments: that of the terms for a sum over an axis.</summary>
    public NumberFormat OfTerms(int value) => Number(Core.Formats.ofTerms(precision, program.Code[value]));

    /// <summary>Whether a sum goes by runs.</summary>
    public bool InRuns(int value) => Core.Formats.inRuns(precision, program.Code[value]);

    /// <summary>The formats in which a value is needed: its own one first, then the other if a value of it reads this one.</summary>
    public IEnumerable<NumberFormat> Needed(int value)
    {
        var own = Of(value);
        yield return own;
        foreach (var format in All)
            if (format != own && read.Contains(new(value, format)))
                yield return format;
    }

    private NumberFormat OfAxes(Axes axes) => Number(Core.Formats.ofAxes(precision, axes));

    private static NumberFormat Number(Format format) => format == Format.Binary64 ? NumberFormat.Double : NumberFormat.Single;
}

using MeanField.Core;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Compile;

/// <summary>
/// The format of every value of a program in one precision: all binary64, all binary32, or (mixed) pair values in binary32 and the
/// others in binary64. An argument of another format is rounded to the format of the value that reads it.
/// </summary>
internal sealed class Formats
{
    private const Axes Pair = Axes.Node | Axes.Particle;
    private const Axes OtherPair = Axes.Particle | Axes.Other;
    private readonly KernelProgram program;
    private readonly HashSet<(int Value, NumberFormat Format)> read = [];

    public Formats(KernelProgram program, Precision precision)
    {
        this.program = program;
        OfPairs = precision == Precision.Double ? NumberFormat.Double : NumberFormat.Single;
        OfOthers = precision == Precision.Single ? NumberFormat.Single : NumberFormat.Double;
        for (var value = 0; value < program.Code.Length; value++)
            foreach (var argument in KernelProgramModule.arguments(program.Code[value].Instruction))
                read.Add((argument, OfTerms(value)));
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
    public NumberFormat OfTerms(int value) =>
        program.Code[value].Instruction is Instruction.Contract contract
            ? OfAxes(program.Code[contract.left].Axes | program.Code[contract.right].Axes)
            : Of(value);

    /// <summary>The formats in which a value is needed: its own one first, then the other if a value of it reads this one.</summary>
    public IEnumerable<NumberFormat> Needed(int value)
    {
        var own = Of(value);
        yield return own;
        foreach (var format in All)
            if (format != own && read.Contains((value, format)))
                yield return format;
    }

    private NumberFormat OfAxes(Axes axes) => axes is Pair or OtherPair ? OfPairs : OfOthers;
}

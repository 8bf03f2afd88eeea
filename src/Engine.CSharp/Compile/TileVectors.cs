using System.Linq.Expressions;
using MeanField.Core;

namespace MeanField.Engine.Compile;

/// <summary>
/// The long vectors that matrix tiles read component by component: those of rows, those of particles, and pairs of the two that one
/// operation makes, such as b - x, which are computed where they are read instead of being kept.
/// </summary>
internal sealed class TileVectors(KernelProgram program, Nest nest, Operands operands, EmittedLanes pairs, Axes over)
{
    /// <summary>Whether tiles can read a value.</summary>
    public bool Has(int value) => IsLong(value, over) || IsLong(value, Axes.Particle) || IsPair(value);

    /// <summary>Whether a value is such a pair.</summary>
    public bool IsPair(int value) =>
        IsLong(value, over | Axes.Particle)
        && !nest.Given.Contains(value)
        && !nest.Left.Contains(value)
        && program.Code[value].Instruction is Instruction.Arithmetic { left: var left, right: var right }
        && (IsLong(left, over) && IsLong(right, Axes.Particle) || IsLong(left, Axes.Particle) && IsLong(right, over));

    /// <summary>Registers with the component of every particle vector that some values read, for all rows.</summary>
    public Dictionary<int, Bundle> OfParticles(IEnumerable<int> values, Expression component) =>
        values
            .SelectMany(value => IsPair(value) ? nest.Arguments(value) : [value])
            .Where(value => IsLong(value, Axes.Particle))
            .Distinct()
            .ToDictionary(value => value, value => operands.Read(value, component, pairs.Format));

    /// <summary>The component of a value at a row.</summary>
    public Bundle Read(int value, Expression component, Expression row, IReadOnlyDictionary<int, Bundle> ofParticles)
    {
        if (ofParticles.TryGetValue(value, out var known))
            return known;
        if (!IsPair(value))
            return ReadRow(value, component, row);
        var pair = (Instruction.Arithmetic)program.Code[value].Instruction;
        return pairs.Arithmetic(
            pair.operation,
            Read(pair.left, component, row, ofParticles),
            Read(pair.right, component, row, ofParticles)
        );
    }

    private Bundle ReadRow(int value, Expression component, Expression row)
    {
        var before = operands.Row;
        operands.Row = row;
        var read = operands.Read(value, component, pairs.Format);
        operands.Row = before;
        return read;
    }

    private bool IsLong(int value, Axes axes) => program.Code[value].Axes == axes && !Operands.IsShort(program.Code[value]);
}

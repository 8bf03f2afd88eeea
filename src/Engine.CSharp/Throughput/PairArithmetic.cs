using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;

namespace MeanField.Engine.Throughput;

/// <summary>
/// The useful arithmetic of a program for one pair, by its formulas: every value over the two axes once, however often a sweep computes
/// it, and a multiply-add for each term of a sum. No machine changes it.
/// </summary>
/// <param name="Written">What the program writes, elementary functions left out.</param>
/// <param name="Functions">Calls of elementary functions, by name.</param>
public sealed record PairArithmetic(Arithmetic Written, IReadOnlyDictionary<string, int> Functions)
{
    /// <summary>Pairs of a particle and a node.</summary>
    public static PairArithmetic OfNodes(KernelProgram program) => Of(program, Axes.Node | Axes.Particle);

    /// <summary>Pairs of two particles.</summary>
    public static PairArithmetic OfOthers(KernelProgram program) => Of(program, Axes.Particle | Axes.Other);

    /// <summary>Floating-point operations with those of the functions' algorithms in a format.</summary>
    public int OperationsOf(NumberFormat format) => In(format).FloatingPoint;

    /// <summary>With the operations of the functions' algorithms in a format.</summary>
    internal Arithmetic In(NumberFormat format) =>
        Functions.Aggregate(Written, (sum, call) => sum + call.Value * OperationCount.OfFunction(call.Key, format));

    private static PairArithmetic Of(KernelProgram program, Axes pair)
    {
        var (written, functions) = (Arithmetic.None, new SortedDictionary<string, int>(StringComparer.Ordinal));
        foreach (var value in program.Code.Where(value => AxesOfTerms(value) == pair))
            if (value.Instruction is Instruction.Elementary call)
                functions[call.name] = functions.GetValueOrDefault(call.name) + value.Width;
            else
                written += Width(program, value) * Kind(value.Instruction);
        return new PairArithmetic(written, functions);
    }

    private static Axes AxesOfTerms(Value value) => value.Instruction is Instruction.Contract sum ? value.Axes | sum.over : value.Axes;

    private static int Width(KernelProgram program, Value value) =>
        value.Instruction is Instruction.Dot dot ? Math.Max(program.Code[dot.left].Width, program.Code[dot.right].Width) : value.Width;

    private static Arithmetic Kind(Instruction instruction) =>
        instruction switch
        {
            Instruction.FusedMultiplyAdd or Instruction.Dot or Instruction.Contract => Arithmetic.MultiplyAdd,
            Instruction.Select => Arithmetic.Other,
            Instruction.Arithmetic arithmetic => arithmetic.operation switch
            {
                Operation.Add or Operation.Subtract => Arithmetic.Addition,
                Operation.Multiply => Arithmetic.Multiplication,
                Operation.Divide => Arithmetic.Division,
                _ => Arithmetic.Other,
            },
            _ => Arithmetic.None,
        };
}

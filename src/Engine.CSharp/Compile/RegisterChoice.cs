using MeanField.Core;

namespace MeanField.Engine.Compile;

/// <summary>
/// P, how many registers of particles a tile holds: 4, 2 or 1, the most that leave room. More registers share the loads of a row's values
/// and give the processor independent chains; but what lives across a loop must stay in the register file, and code grows with P.
/// With `Choices` cut to one value benchmarks/workloads.sh shows it: 4 beats 2 by little for tanh and by more for relu, and loses with long
/// vectors, whose matrix tiles spill; where formulas are long 1 does as well as 2.
/// </summary>
internal static class RegisterChoice
{
    private static readonly int[] Choices = [4, 2, 1];

    /// <summary>Statements, as many for every value as for a pair, up to which a kernel of four registers still compiles in some 10 ms.</summary>
    private const int SmallKernel = 300;

    /// <summary>4, 2 or 1 for vectors; 1 for the scalar target.</summary>
    public static int For(KernelProgram program, SweepPlan plan, Machine machine)
    {
        if (machine.Width == 1)
            return 1;
        var nests = Enumerable
            .Range(0, program.Stages.Length)
            .Where(plan.HasSweep)
            .Select(stage => plan.NestOf(stage, storing: true))
            .ToList();
        return Array.Find(Choices, registers => registers == 1 || nests.TrueForAll(nest => Fits(program, nest, registers, machine)));
    }

    private static bool Fits(KernelProgram program, Nest nest, int registers, Machine machine) =>
        registers * Live(program, nest) <= machine.RegisterFile * 5 / 8
        && NestParts.Statements(program, nest, _ => registers) <= (registers == 4 ? SmallKernel : NestParts.Limit)
        && (registers < 4 || !nest.Members.Any(value => program.Code[value].Width > KernelBody.Unrolled));

    /// <summary>The most that one of the loops keeps in registers.</summary>
    private static int Live(KernelProgram program, Nest nest) =>
        Enumerable.Range(0, nest.Levels).SelectMany(level => Nest.LoopAxes.Select(over => LiveInLoop(program, nest, level, over))).Max();

    /// <summary>Short values from outside that the loop reads, and sums it carries.</summary>
    private static int LiveInLoop(KernelProgram program, Nest nest, int level, Axes over)
    {
        var inner = nest.InnerAt(level, over).ToHashSet();
        var sums = nest.RowSumsAt(level, over).ToList();
        var read = inner.Concat(sums).Concat(nest.RowReductionsAt(level, over)).SelectMany(nest.Arguments).Distinct();
        var outside = read.Where(value => !inner.Contains(value) && program.Code[value].Axes == Axes.Particle);
        return outside.Concat(sums).Select(value => program.Code[value]).Where(Operands.IsShort).Sum(what => what.Width);
    }
}

using MeanField.Core;

namespace MeanField.Engine.Compile;

/// <summary>
/// P, how many registers of particles a tile holds. Two make one block of 16 lanes and share the loads of node values; where sums and
/// values that live across a node loop would fill the register file, one. Four were measured 10% slower than two on Sapphire Rapids
/// (they spill, and out-of-order execution overlaps the turns of the loop anyway).
/// </summary>
internal static class RegisterChoice
{
    /// <summary>Half the register file of 32: the rest holds constants and temporaries.</summary>
    private const int RegistersForValues = 16;

    /// <summary>2 or 1 for vectors; 1 for the scalar target.</summary>
    public static int For(KernelProgram program, SweepPlan plan, Machine machine)
    {
        if (machine.Width == 1)
            return 1;
        var live = Enumerable
            .Range(0, program.Stages.Length)
            .Where(plan.HasSweep)
            .SelectMany(stage => LiveInLoops(program, plan.NestOf(stage, storing: true)))
            .DefaultIfEmpty()
            .Max();
        return 2 * live <= RegistersForValues && !IsLarge(program, plan) ? 2 : 1;
    }

    /// <summary>A sweep in parts has so many independent operations that one register gives enough of them; its code is half as long.</summary>
    private static bool IsLarge(KernelProgram program, SweepPlan plan) =>
        Enumerable
            .Range(0, program.Stages.Length)
            .Where(plan.HasSweep)
            .Any(stage => NestParts.OfSweep(program, plan.NestOf(stage, storing: true), 2).Count > 1);

    private static IEnumerable<int> LiveInLoops(KernelProgram program, Nest nest) =>
        Enumerable.Range(0, nest.Levels).SelectMany(level => Nest.LoopAxes.Select(over => LiveInLoop(program, nest, level, over)));

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

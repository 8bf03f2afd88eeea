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
        return 2 * live <= RegistersForValues ? 2 : 1;
    }

    private static IEnumerable<int> LiveInLoops(KernelProgram program, Nest nest) =>
        Enumerable.Range(0, nest.Levels).Select(level => LiveInLoop(program, nest, level));

    /// <summary>Scalars from outside that the loop reads, and sums it carries.</summary>
    private static int LiveInLoop(KernelProgram program, Nest nest, int level)
    {
        var inner = nest.InnerAt(level).ToHashSet();
        var sums = nest.NodeSumsAt(level).ToList();
        var read = inner.Concat(sums).Concat(nest.NodeReductionsAt(level)).SelectMany(nest.Arguments).Distinct();
        var outside = read.Count(value => !inner.Contains(value) && program.Code[value] is { Axes: Axes.Particle, Width: 1 });
        return outside + sums.Count(value => program.Code[value].Width == 1);
    }
}

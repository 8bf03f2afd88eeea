using MeanField.Core;

namespace MeanField.Engine.Compile;

/// <summary>
/// P, how many registers of particles a tile holds: more hide latency and share the loads of node values, until sums and values
/// that live across the node loop no longer fit in the register file.
/// </summary>
internal static class RegisterChoice
{
    private const int RegisterFile = 32;

    /// <summary>Registers that one function evaluation keeps busy.</summary>
    private const int Temporaries = 4;

    /// <summary>Operations beyond which the JIT stops tracking the variables of P copies.</summary>
    private const int TrackedOperations = 24;

    /// <summary>4, 2 or 1 for vectors; 1 for the scalar target.</summary>
    public static int For(KernelProgram program, SweepPlan plan, Machine machine)
    {
        if (machine.Width == 1)
            return 1;
        var pressure = Enumerable
            .Range(0, program.Stages.Length)
            .Where(plan.HasSweep)
            .Select(stage => Pressure(program, plan.NestOf(stage, storing: true)))
            .DefaultIfEmpty()
            .Max();
        var choice = 4;
        while (choice > 1 && choice * pressure > RegisterFile)
            choice /= 2;
        return choice;
    }

    private static int Pressure(KernelProgram program, Nest nest)
    {
        var widest = 0;
        for (var level = 0; level < nest.Levels; level++)
            widest = Math.Max(widest, LiveInLoop(program, nest, level));
        var functions = nest.Members.Count(value => program.Code[value].Instruction is Instruction.Elementary);
        return Temporaries + widest + functions * RegisterFile / TrackedOperations / 4;
    }

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

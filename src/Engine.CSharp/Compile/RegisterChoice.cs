using MeanField.Core;

namespace MeanField.Engine.Compile;

/// <summary>
/// P, how many registers of particles a tile holds: 4, 2 or 1, the most that leave room. More registers share the loads of a row's values
/// and give the processor independent chains; but what lives across a loop must stay in the register file, and code grows with P.
/// With `Choices` cut to one value benchmarks/workloads.sh shows it: 4 beats 2 by little for tanh and by more for relu, and loses with long
/// vectors, whose matrix tiles spill; where formulas are long 1 does as well as 2. Of sixteen registers, 1 beats 2 where differences of particles
/// wait for their kernel's exponential.
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
        && (machine.RegisterFile == 32 || registers * LiveAcross(program, nest) <= machine.RegisterFile * 3 / 4)
        && NestParts.Statements(program, nest, _ => registers) <= (registers == 4 ? SmallKernel : NestParts.Limit)
        && (registers < 4 || !nest.Members.Any(value => program.Code[value].Width > KernelBody.Unrolled));

    /// <summary>The most that one of the loops keeps in registers.</summary>
    private static int Live(KernelProgram program, Nest nest) => nest.Loops.Max(loop => LiveInLoop(program, nest, loop.Level, loop.Over));

    /// <summary>The most that one of the loops keeps while an elementary function is computed, which needs registers of its own.</summary>
    private static int LiveAcross(KernelProgram program, Nest nest) =>
        nest.Loops.Max(loop => LiveInLoop(program, nest, loop.Level, loop.Over) + AcrossInLoop(program, nest, loop.Level, loop.Over));

    /// <summary>Short values from outside that the loop reads, and sums it carries.</summary>
    private static int LiveInLoop(KernelProgram program, Nest nest, int level, Axes over)
    {
        var inner = nest.InnerAt(level, over).ToHashSet();
        var sums = nest.RowSumsAt(level, over).ToList();
        var read = inner.Concat(sums).Concat(nest.RowReductionsAt(level, over)).SelectMany(nest.Arguments).Distinct();
        var outside = read.Where(value => !inner.Contains(value) && program.Code[value].Axes == Axes.Particle);
        return Components(program, outside.Concat(sums));
    }

    /// <summary>Short values of a row that are computed before one of its elementary functions and read after it. O(code).</summary>
    private static int AcrossInLoop(KernelProgram program, Nest nest, int level, Axes over)
    {
        var inner = nest.InnerAt(level, over).ToList();
        var last = inner.ToDictionary(value => value);
        foreach (var reader in inner.Concat(nest.RowSumsAt(level, over)).Concat(nest.RowReductionsAt(level, over)))
        foreach (var argument in nest.Arguments(reader).Where(last.ContainsKey))
            last[argument] = Math.Max(last[argument], reader);
        // Components that begin to wait, and cease to, at every place of the program.
        var changes = new int[program.Code.Length + 1];
        foreach (var value in inner.Where(value => last[value] > value))
        {
            changes[value + 1] += Components(program, [value]);
            changes[last[value]] -= Components(program, [value]);
        }
        var (waiting, most) = (0, 0);
        for (var place = 0; place < program.Code.Length; place++)
        {
            waiting += changes[place];
            if (last.ContainsKey(place) && program.Code[place].Instruction is Instruction.Elementary)
                most = Math.Max(most, waiting);
        }
        return most;
    }

    private static int Components(KernelProgram program, IEnumerable<int> values) =>
        values.Select(value => program.Code[value]).Where(Operands.IsShort).Sum(what => what.Width);
}

using System.Runtime.CompilerServices;
using MeanField.Engine.Compile;
using MeanField.Engine.Runs;

namespace MeanField.Benchmarks;

/// <summary>
/// Milliseconds of processor time from the program of a step to the machine code of its kernels, in a fresh process: the first kernel
/// (scalar, of node values) and the second (the first of vectors), with which the runtime's own compiler starts; the slowest of the others.
/// </summary>
internal static class KernelsBenchmark
{
    /// <summary>kernels FILE [KEY=VALUE...]</summary>
    public static int Run(string[] arguments)
    {
        var run = PreparedRun.Of(ProblemFiles.Read(arguments[0], arguments[1..]), ProblemFiles.FolderOf(arguments[0]));
        var times = Kernels(run.Step).Select(Milliseconds).ToArray();
        Console.WriteLine(FormattableString.Invariant($"{times[0]:F0}, {times[1]:F0}, {times[2..].DefaultIfEmpty().Max():F1}"));
        return 0;
    }

    /// <summary>What a step asks for, in its order: kernels of whole tiles that keep pair values.</summary>
    private static IEnumerable<Func<IEnumerable<Kernel>>> Kernels(CompiledProgram program)
    {
        for (var stage = 0; stage < program.Program.Stages.Length; stage++)
        {
            var number = stage;
            yield return () => program.RowStages(number);
            if (program.Plan.HasSweep(stage))
                yield return () => program.Sweep(number, storing: true, tail: false).Parts;
        }
    }

    private static double Milliseconds(Func<IEnumerable<Kernel>> build)
    {
        var before = Environment.CpuUsage.TotalTime;
        foreach (var kernel in build())
            RuntimeHelpers.PrepareDelegate(kernel.Run);
        return (Environment.CpuUsage.TotalTime - before).TotalMilliseconds;
    }
}

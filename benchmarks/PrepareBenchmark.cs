using System.Diagnostics;
using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Runs;

namespace MeanField.Benchmarks;

/// <summary>
/// What stands between a problem file and the first step, in a fresh process, where everything is compiled for the first time:
/// reading, the drift and the quantities of a run derived and lowered, with the nodes of the input law, and the kernels of a step.
/// Milliseconds of wall time. The whole derivation, which a run does not need, is what 'derive' measures.
/// </summary>
internal static class PrepareBenchmark
{
    /// <summary>prepare FILE [KEY=VALUE...]</summary>
    public static int Run(string[] arguments)
    {
        var file = arguments[0];
        var read = Timed(() => ProblemFiles.Read(file, arguments[1..]), out var problem);
        var derive = Timed(() => PreparedRun.Of(problem, ProblemFiles.FolderOf(file)), out var run);
        var compile = Timed(() => FirstStep(run), out _);
        Console.WriteLine(
            FormattableString.Invariant($"read {read:F0} derive {derive:F0} compile {compile:F0} derive+compile {derive + compile:F0} ms")
        );
        return 0;
    }

    private static double Timed<T>(Func<T> work, out T result)
    {
        var watch = Stopwatch.StartNew();
        result = work();
        return watch.Elapsed.TotalMilliseconds;
    }

    /// <summary>One evaluation of few particles: it asks for every kernel of a step.</summary>
    private static double FirstStep(PreparedRun run)
    {
        var layout = new ParticleLayout(64, KernelProgramModule.dimension(run.Programs.Step));
        using var state = AlignedBuffer.Of<double>(layout.Length);
        using var evaluation = new Evaluation(run.Step, layout, run.Nodes);
        foreach (var uniform in run.Step.Program.Uniforms)
            evaluation.SetUniform(uniform.Name, new double[uniform.Width]);
        foreach (var column in run.Step.Program.NodeColumns)
            evaluation.SetNodeColumn(column.Name, new double[run.Nodes * column.Width]);
        evaluation.Evaluate(state);
        return evaluation.Uniform("potential")[0];
    }
}

using MeanField.Engine.Runs;

namespace MeanField.Benchmarks;

/// <summary>
/// Milliseconds of processor time from formulas to the machine code of a step's kernels in a fresh process: the noise's, which comes first
/// and starts the runtime's own compiler, the program's first, and the slowest of the others.
/// </summary>
internal static class KernelsBenchmark
{
    /// <summary>kernels FILE [KEY=VALUE...]</summary>
    public static int Run(string[] arguments)
    {
        var folder = ProblemFiles.FolderOf(arguments[0]);
        var run = PreparedRun.Of(ProblemFiles.Read(arguments[0], arguments[1..]), folder);
        using var simulation = new Simulation(run, new SimulationOptions(1, folder, null, false));
        simulation.Advance(0, full: false, new Breakdown(), isNextFull: null);
        var times = run.Step.Builds.Select(build => build.Milliseconds).ToArray();
        Console.WriteLine(FormattableString.Invariant($"{simulation.Noise.Milliseconds:F0}, {times[0]:F0}, {times[1..].Max():F1}"));
        return 0;
    }
}

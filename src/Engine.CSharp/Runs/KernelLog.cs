using MeanField.Engine.Compile;

namespace MeanField.Engine.Runs;

/// <summary>Tells the log of a run what each kernel took to build. Kernels are built when first needed: some only at the end.</summary>
internal sealed class KernelLog(PreparedRun run, Simulation simulation, RunFolder folder)
{
    private readonly HashSet<(string, KernelBuild)> told = [];

    /// <summary>Writes a line for every kernel built since the last call; what an earlier run of this process built counts as built.</summary>
    public void Write()
    {
        foreach (var (name, build) in Builds().Where(told.Add))
            folder.Log(
                FormattableString.Invariant($"kernel {name}: {build.Statements} statements, {build.Milliseconds:F1} ms of processor time")
            );
    }

    /// <summary>The noise has one kernel, built before those of the programs.</summary>
    private IEnumerable<(string Name, KernelBuild Build)> Builds() =>
        Of("step", run.Step)
            .Concat(Of("metrics", run.Metrics))
            .Concat(Of("plugIn", run.PlugIn))
            .Concat(Of("batch", run.Batch))
            .Concat(Of("fit", run.Fit))
            .Prepend((simulation.Noise.Name, simulation.Noise));

    private static IEnumerable<(string, KernelBuild)> Of(string program, CompiledProgram? compiled) =>
        compiled?.Builds.Select(build => ($"{program}.{build.Name}", build)) ?? [];
}

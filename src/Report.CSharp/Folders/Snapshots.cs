using MeanField.Core;
using MeanField.Engine;
using MeanField.Engine.Runs;

namespace MeanField.Report.Folders;

/// <summary>The particles in a run folder, in the order of time, all replicas together.</summary>
internal static class Snapshots
{
    public static IEnumerable<(double Time, Neurons Neurons)> Of(string folder, Problem problem)
    {
        var names = Components(problem);
        foreach (var (step, file) in FolderFiles.ParticlesIn(folder).OrderBy(particles => particles.Step))
        {
            var array = NpyFile.Read(file, Location.OfFile(file));
            if (array.Columns != names.Count)
                throw ReportFolder.Refused(file, $"{array.Columns} columns", $"{names.Count}, as problem.toml says");
            if (array.Values.LongLength != (long)problem.Run.Particles * problem.Run.Replicas * names.Count)
                throw ReportFolder.Refused(
                    file,
                    $"{array.Values.Length / names.Count} rows",
                    $"{problem.Run.Replicas} times {problem.Run.Particles}, as problem.toml says"
                );
            yield return (step * problem.Run.Horizon.Value / problem.Run.Steps, new Neurons(array.Values, names));
        }
    }

    /// <summary>a, b1, b2, ...: the blocks of the neuron, numbered where they have several numbers.</summary>
    private static IReadOnlyList<string> Components(Problem problem) =>
        [
            .. Theory
                .programs(problem)
                .Value(problem.Places.Of("energy.objective"))
                .Step.Blocks.SelectMany(block =>
                    block.Width == 1 ? [block.Name] : Enumerable.Range(1, block.Width).Select(k => $"{block.Name}{k}")
                ),
        ];
}

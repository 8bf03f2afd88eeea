using System.Numerics;
using System.Runtime.InteropServices;
using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Runs;

namespace MeanField.Benchmarks;

/// <summary>
/// The drift of a step at random particles, which binary32 holds exactly, for comparison with other programs: files of little-endian
/// doubles in a folder, row-major: particles, drift, and the nodes' x, weight and target f.
/// </summary>
internal static class DriftBenchmark
{
    /// <summary>drift FILE FOLDER [KEY=VALUE...]</summary>
    public static int Run(string[] arguments)
    {
        var (file, folder) = (arguments[0], arguments[1]);
        var run = PreparedRun.Of(ProblemFiles.Read(file, arguments[2..]), ProblemFiles.FolderOf(file));
        var layout = new ParticleLayout(run.Problem.Run.Particles, KernelProgramModule.dimension(run.Programs.Step));
        var particles = Particles(layout, run.Problem.Energy.Tau.Value);
        Write(folder, "particles", particles);
        Write(
            folder,
            "drift",
            run.Step.ParticleFormat == NumberFormat.Double ? Drift<double>(run, layout, particles) : Drift<float>(run, layout, particles)
        );
        foreach (var column in run.Table?.Columns ?? [])
            Write(folder, column.Name, column.Values);
        return 0;
    }

    /// <summary>Uniform with the prior's variance tau.</summary>
    private static double[] Particles(ParticleLayout layout, double tau)
    {
        var (random, radius) = (new Random(1), Math.Sqrt(3 * tau));
        var numbers = new double[layout.Particles * layout.Dimension];
        for (var index = 0; index < numbers.Length; index++)
            numbers[index] = (float)(radius * (2 * random.NextDouble() - 1));
        return numbers;
    }

    private static double[] Drift<T>(PreparedRun run, ParticleLayout layout, double[] particles)
        where T : unmanaged, INumberBase<T>
    {
        using var state = AlignedBuffer.Of<T>(layout.Length);
        using var drift = AlignedBuffer.Of<T>(layout.Length);
        using var evaluation = run.Bind(run.Step, layout, null, Evaluation.DefaultMemoryCap);
        layout.FromRows<T>(particles, state);
        evaluation.Evaluate(
            state,
            (superblock, _, outputs) =>
            {
                var (start, length) = layout.Range(superblock, layout.Dimension);
                MemoryMarshal.Cast<byte, T>(outputs).CopyTo(drift.Slice<T>(start, length));
            }
        );
        var rows = new double[particles.Length];
        layout.ToRows<T>(drift, rows);
        return rows;
    }

    private static void Write(string folder, string name, double[] numbers) =>
        File.WriteAllBytes(Path.Combine(folder, name), MemoryMarshal.AsBytes<double>(numbers));
}

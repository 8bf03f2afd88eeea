using System.Globalization;
using System.Numerics;
using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Tests.Programs;

namespace MeanField.Benchmarks;

/// <summary>
/// Elementary functions in kernels, one thread: SUM_j f(b x_j + c) for particles (b, c), in million values a second of processor time, the
/// median of rounds in which all functions and both formats take turns.
/// </summary>
internal sealed class ElementaryBenchmark : IDisposable
{
    private const int Particles = 4096;
    private const int Nodes = 64;
    private const int Rounds = 9;
    private const double SecondsOfSample = 0.04;
    private readonly Evaluation evaluation;
    private readonly AlignedBuffer state;
    private readonly List<double> rates = [];
    private readonly string title;

    private ElementaryBenchmark(string name, Precision precision)
    {
        title = $"{name} {precision.ToString().ToLowerInvariant()}";
        var code = new ProgramBuilder();
        var argument = code.Fused(code.Block("b"), code.Column("x"), code.Block("c"));
        var program = code.Output("sum", code.Sum(Axes.Node, code.Literal(1), code.Elementary(name, argument))).Build();
        var layout = new ParticleLayout(Particles, 2);
        state = precision == Precision.Double ? Start<double>(layout) : Start<float>(layout);
        evaluation = new Evaluation(CompiledProgram.Compile(program, VectorTargets.Default, precision), layout, Nodes);
        evaluation.SetNodeColumn("x", [.. Enumerable.Range(0, Nodes).Select(j => (j + 0.5) / Nodes)]);
    }

    /// <summary>elementary [NAME...]: all functions without names.</summary>
    public static int Run(string[] names)
    {
        var asked = names.Length > 0 ? names : [.. ElementaryFunctions.Names];
        var all = asked
            .SelectMany(name => new[] { Precision.Double, Precision.Single }.Select(p => new ElementaryBenchmark(name, p)))
            .ToList();
        all.ForEach(benchmark => benchmark.Measure());
        all.ForEach(benchmark => benchmark.rates.Clear());
        for (var round = 0; round < Rounds; round++)
            all.ForEach(benchmark => benchmark.Measure());
        foreach (var benchmark in all)
            Console.WriteLine(
                string.Create(
                    CultureInfo.InvariantCulture,
                    $"workbench {benchmark.title} cpu-time {benchmark.rates.Order().ElementAt(Rounds / 2):F0}"
                )
            );
        all.ForEach(benchmark => benchmark.Dispose());
        return 0;
    }

    public void Dispose()
    {
        evaluation.Dispose();
        state.Dispose();
    }

    /// <summary>b and c in [0, 1/2), x in (0, 1): arguments in the domain of every function.</summary>
    private static AlignedBuffer Start<T>(ParticleLayout layout)
        where T : unmanaged, INumberBase<T>
    {
        var random = new Random(1);
        var storage = AlignedBuffer.Of<T>(layout.Length);
        layout.FromRows<T>([.. Enumerable.Range(0, 2 * Particles).Select(_ => random.NextDouble() / 2)], storage);
        return storage;
    }

    private void Measure()
    {
        var before = Environment.CpuUsage.TotalTime;
        var passes = 0;
        do
        {
            for (var k = 0; k < 8; k++)
                evaluation.Evaluate(state);
            passes += 8;
        } while ((Environment.CpuUsage.TotalTime - before).TotalSeconds < SecondsOfSample);
        rates.Add(passes * (double)(Particles * Nodes) / 1e6 / (Environment.CpuUsage.TotalTime - before).TotalSeconds);
    }
}

using System.Diagnostics;
using System.Globalization;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Noise;
using MeanField.Engine.Tests.Programs;

namespace MeanField.Benchmarks;

/// <summary>
/// The particle step of the sine neuron, N = 20480, n = 64, double: moments, drifts, noise and update, as a run does it.
/// Prints million particle-node pairs a second, by processor time and by wall time (forward and gradient count as one pair).
/// </summary>
internal sealed class StepBenchmark : IDisposable
{
    private const int Particles = 20480;
    private const int Nodes = 64;
    private const int StepsOfSample = 20;
    private const double Eta = 1e-3;
    private readonly ParticleLayout layout = new(Particles, 3);
    private readonly AlignedBuffer state;
    private readonly AlignedBuffer[] noise;
    private readonly NormalNoise normals;
    private readonly BrownianPath[] paths;
    private readonly Evaluation evaluation;
    private uint step;

    private StepBenchmark(Team team)
    {
        state = new AlignedBuffer(layout.Length);
        noise = [.. Enumerable.Range(0, team.Workers).Select(_ => new AlignedBuffer(layout.Range(0, 3).Length))];
        normals = new NormalNoise(1, layout, VectorTargets.Default);
        paths = [.. noise.Select(_ => new BrownianPath(normals, 0))];
        evaluation = new Evaluation(CompiledProgram.Compile(SineNeuron.Step(), VectorTargets.Default), layout, Nodes, team);
        SetInputs();
    }

    /// <summary>step [SECONDS [THREADS]]</summary>
    public static int Run(string[] arguments)
    {
        var seconds = arguments.Length > 0 ? double.Parse(arguments[0], CultureInfo.InvariantCulture) : 1;
        using var team = new Team(arguments.Length > 1 ? int.Parse(arguments[1], CultureInfo.InvariantCulture) : 1);
        using var benchmark = new StepBenchmark(team);
        benchmark.Measure(0.2);
        var (wall, processor) = benchmark.Measure(seconds);
        Console.WriteLine(
            string.Create(CultureInfo.InvariantCulture, $"workbench double T={team.Workers} cpu-time {processor:F1} wall {wall:F1}")
        );
        return 0;
    }

    public void Dispose()
    {
        evaluation.Dispose();
        state.Dispose();
        foreach (var buffer in noise)
            buffer.Dispose();
    }

    private void SetInputs()
    {
        var random = new Random(1);
        var rows = new double[Particles * 3];
        for (var k = 0; k < rows.Length; k++)
            rows[k] = (k % 3 == 0 ? 1 : 3) * (2 * random.NextDouble() - 1);
        layout.FromRows(rows, state);
        var x = Enumerable.Range(0, Nodes).Select(j => 2 * (j + 0.5) / Nodes - 1).ToArray();
        evaluation.SetNodeColumn("x", x);
        evaluation.SetNodeColumn("f", x.Select(point => Math.Sin(Math.PI * point)).ToArray());
        evaluation.SetNodeColumn("weight", x.Select(_ => 1.0 / Nodes).ToArray());
        evaluation.SetUniform("beta", 50);
        evaluation.SetUniform("1/N", 1.0 / Particles);
    }

    /// <summary>Medians of the rates by wall time and by processor time (of all threads, times the threads).</summary>
    private (double Wall, double Processor) Measure(double seconds)
    {
        var (walls, processors) = (new List<double>(), new List<double>());
        var total = Stopwatch.StartNew();
        while (total.Elapsed.TotalSeconds < seconds)
        {
            var (watch, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            for (var k = 0; k < StepsOfSample; k++)
                Step();
            const double work = (double)Particles * Nodes * StepsOfSample / 1e6;
            walls.Add(work / watch.Elapsed.TotalSeconds);
            processors.Add(work * noise.Length / (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }
        return (Median(walls), Median(processors));
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private void Step()
    {
        evaluation.Evaluate(state, Environment.GetEnvironmentVariable("M") == "0" ? null : Update);
        step++;
    }

    private void Update(int superblock, int worker, Span<double> drift)
    {
        var (start, length) = layout.Range(superblock, layout.Dimension);
        var increments = noise[worker].Slice(0, length);
        if (Environment.GetEnvironmentVariable("M") != "1")
            paths[worker].Increment(superblock, step, 0, increments);
        EulerStep.Apply(Eta, drift, increments, state.Slice(start, length));
    }
}

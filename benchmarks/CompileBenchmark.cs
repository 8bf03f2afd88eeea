using System.Diagnostics;
using System.Globalization;
using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Tests.Programs;

namespace MeanField.Benchmarks;

/// <summary>Milliseconds from a kernel program to its first results on a tiny ensemble: the first program of a process, then others.</summary>
internal static class CompileBenchmark
{
    public static int Run()
    {
        Report("sine, first of the process", SineNeuron.Step());
        Report("vectors of 5, two levels", ManyShapes.Of(5));
        Report("vectors of 784, two levels", ManyShapes.Of(784));
        Report("32 functions", ManyNeurons.Of(16));
        Report("1000 functions", ManyNeurons.Of(500));
        return 0;
    }

    private static void Report(string name, KernelProgram program)
    {
        var watch = Stopwatch.StartNew();
        var layout = new ParticleLayout(32, KernelProgramModule.dimension(program));
        using var evaluation = new Evaluation(CompiledProgram.Compile(program, VectorTargets.Default), layout, 2);
        foreach (var uniform in program.Uniforms)
            evaluation.SetUniform(uniform.Name, new double[uniform.Width]);
        foreach (var column in program.NodeColumns)
            evaluation.SetNodeColumn(column.Name, new double[2 * column.Width]);
        using var state = AlignedBuffer.Of<double>(layout.Length);
        evaluation.Evaluate(state);
        Console.WriteLine(string.Create(CultureInfo.InvariantCulture, $"{watch.Elapsed.TotalMilliseconds, 8:F1} ms  {name}"));
    }
}

using System.Diagnostics;
using System.Globalization;
using MeanField.Core;
using MeanField.Engine.Runs;

namespace MeanField.Benchmarks;

/// <summary>
/// The step of a run as the product takes it - derived from the problem file, moments, drifts, noise, update, the search for numbers
/// that are not finite - at N = 20480 in one replica or as the overrides say. Prints million particle-node pairs a second, by processor time and by wall time
/// (forward and gradient count as one pair).
/// </summary>
internal sealed class StepBenchmark(PreparedRun run, Simulation simulation, int threads)
{
    private const double SecondsOfSample = 0.05;
    private static readonly string[] Size = ["run.particles=20480", "run.replicas=1"];
    private uint step;

    /// <summary>step FILE [SECONDS [THREADS [KEY=VALUE...]]]</summary>
    public static int Run(string[] arguments)
    {
        var file = arguments[0];
        var seconds = arguments.Length > 1 ? double.Parse(arguments[1], CultureInfo.InvariantCulture) : 1;
        var threads = arguments.Length > 2 ? int.Parse(arguments[2], CultureInfo.InvariantCulture) : 1;
        var overrides = arguments.Length > 3 ? arguments[3..] : Size;
        var run = PreparedRun.Of(ProblemFiles.Read(file, overrides), ProblemFiles.FolderOf(file));
        using var simulation = new Simulation(run, new SimulationOptions(threads, ProblemFiles.FolderOf(file), null, false));
        var benchmark = new StepBenchmark(run, simulation, threads);
        benchmark.Measure(0.5);
        var (wall, processor) = benchmark.Measure(seconds);
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"workbench {run.Problem.Run.Precision} T={threads} cpu-time {processor:F2} wall {wall:F2}"
            )
        );
        return 0;
    }

    /// <summary>
    /// Medians of the rates by wall time and by processor time (of all threads, times the threads), over so many seconds of processor
    /// time: on a busy machine as many steps as on an idle one warm up and count.
    /// </summary>
    private (double Wall, double Processor) Measure(double seconds)
    {
        var (walls, processors) = (new List<double>(), new List<double>());
        var start = Environment.CpuUsage.TotalTime;
        while ((Environment.CpuUsage.TotalTime - start).TotalSeconds < seconds * threads)
        {
            var (watch, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            var steps = 0;
            do
            {
                Step();
                steps++;
            } while ((Environment.CpuUsage.TotalTime - before).TotalSeconds < SecondsOfSample * threads);
            var work = Pairs * steps / 1e6;
            walls.Add(work / watch.Elapsed.TotalSeconds);
            processors.Add(work * threads / (Environment.CpuUsage.TotalTime - before).TotalSeconds);
        }
        return (Median(walls), Median(processors));
    }

    /// <summary>Pairs of a step: particles and nodes, and particles among themselves where the program has such.</summary>
    private double Pairs
    {
        get
        {
            var axes = run.Programs.Step.Code.Aggregate(Axes.Uniform, (axes, value) => axes | value.Axes);
            var partners = (run.Table is null ? 0.0 : run.Nodes) + (axes.HasFlag(Axes.Other) ? run.Problem.Run.Particles : 0);
            return run.Problem.Run.Particles * partners;
        }
    }

    private static double Median(List<double> values)
    {
        values.Sort();
        return values[values.Count / 2];
    }

    private void Step() => simulation.Advance(step++, full: false, new Breakdown(), isNextFull: false);
}

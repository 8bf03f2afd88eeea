using System.Globalization;
using MeanField.Engine.Compile;
using MeanField.Engine.Runs;

namespace MeanField.Benchmarks;

/// <summary>
/// What the steps of a run cost beside the programs that they evaluate, by processor time on one thread: noise and update of the particles with
/// the search for numbers that are not finite; all else that a run does between its steps, metrics and snapshots. The least of the rounds, which
/// take turns, as other processes only add.
/// </summary>
internal sealed class ShareBenchmark(PreparedRun run, string folder)
{
    private readonly int steps = run.Problem.Run.Steps;

    /// <summary>share FILE ROUNDS [KEY=VALUE...]</summary>
    public static int Run(string[] arguments)
    {
        var (file, folder) = (arguments[0], ProblemFiles.FolderOf(arguments[0]));
        var rounds = int.Parse(arguments[1], CultureInfo.InvariantCulture);
        var run = PreparedRun.Of(ProblemFiles.Read(file, arguments[2..]), folder);
        new ShareBenchmark(run, folder).Report(rounds);
        return 0;
    }

    private void Report(int rounds)
    {
        // The first round compiles.
        var seconds = Enumerable.Range(0, rounds + 1).Select(_ => new[] { Programs(), Steps(), Recorded() }).Skip(1).ToArray();
        var (programs, plain, whole) = (Least(0), Least(1), Least(2));
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{run.Problem.Run.Precision} T=1: {whole:F2} s of steps; programs {programs / whole:P1}, noise and update {(plain - programs) / whole:P1}, metrics and snapshots {(whole - plain) / whole:P1}"
            )
        );

        double Least(int kind) => seconds.Min(round => round[kind]);
    }

    /// <summary>The moments and drifts of every replica at every step, and nothing else.</summary>
    private double Programs()
    {
        using var simulation = new Simulation(run, Options);
        using var evaluation = run.Bind(run.Step, simulation.Ensembles[0].Layout, team: null, Evaluation.DefaultMemoryCap);
        return Seconds(() =>
        {
            var ensembles = simulation.Ensembles;
            for (var turn = 0; turn < steps * ensembles.Count; turn++)
                evaluation.Evaluate(
                    ensembles[turn % ensembles.Count].State,
                    (_, _, _) => { },
                    new Opening(evaluation, ensembles[(turn + 1) % ensembles.Count].State)
                );
        });
    }

    private double Steps()
    {
        using var simulation = new Simulation(run, Options);
        return Seconds(() =>
        {
            for (var step = 0u; step < steps; step++)
                simulation.Advance(step, full: false, new Breakdown(), isNextFull: false);
        });
    }

    /// <summary>The steps of a whole run but the first, which builds kernels; as many as the others count.</summary>
    private double Recorded()
    {
        var output = Directory.CreateTempSubdirectory();
        var clock = new Clock();
        SimulationRun.Of(run, Options with { OutputFolder = Path.Combine(output.FullName, "run") }, clock, CancellationToken.None);
        output.Delete(recursive: true);
        return clock.Seconds * steps / (steps - 1);
    }

    /// <summary>Processor time between the first and the last report of progress, one after every step.</summary>
    private sealed class Clock : IProgress<double>
    {
        private TimeSpan? first;

        public double Seconds { get; private set; }

        public void Report(double value)
        {
            first ??= Environment.CpuUsage.TotalTime;
            Seconds = (Environment.CpuUsage.TotalTime - first.Value).TotalSeconds;
        }
    }

    private SimulationOptions Options => new(1, folder, null, Force: false);

    private static double Seconds(Action work)
    {
        var before = Environment.CpuUsage.TotalTime;
        work();
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }
}

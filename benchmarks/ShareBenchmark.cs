using System.Globalization;
using MeanField.Engine.Compile;
using MeanField.Engine.Runs;

namespace MeanField.Benchmarks;

/// <summary>
/// What the steps of a run cost beside the programs that they evaluate, by processor time on one thread: noise and update of the particles with
/// the search for numbers that are not finite; metrics, snapshots and the table of the time series. The least of the rounds, which
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
            for (var step = 0; step < steps; step++)
                foreach (var ensemble in simulation.Ensembles)
                    evaluation.Evaluate(ensemble.State, (_, _, _) => { });
        });
    }

    private double Steps()
    {
        using var simulation = new Simulation(run, Options);
        return Seconds(() =>
        {
            for (var step = 0u; step < steps; step++)
            {
                simulation.Advance(step, full: false, new Breakdown());
                simulation.Commit();
            }
        });
    }

    /// <summary>The same with everything that a run records on the way.</summary>
    private double Recorded()
    {
        var output = Directory.CreateTempSubdirectory();
        using var simulation = new Simulation(run, Options);
        using var files = RunFolder.Create(output.FullName, run.Problem.Title, DateTimeOffset.Now, force: false);
        using var writer = new BackgroundWriter();
        var recorder = new Recorder(run, files, writer);
        var seconds = Seconds(() =>
        {
            for (var step = 0u; step < steps; step++)
            {
                var seen = simulation.Advance(step, recorder.IsRecorded(step), new Breakdown());
                if (recorder.IsRecorded(step))
                    recorder.Row(step, seen);
                recorder.Step(seen);
                simulation.Commit();
                recorder.Snapshot(step + 1, simulation);
            }
            files.WriteMetrics(recorder.Table);
            writer.Finish();
        });
        output.Delete(recursive: true);
        return seconds;
    }

    private SimulationOptions Options => new(1, folder, null, Force: false);

    private static double Seconds(Action work)
    {
        var before = Environment.CpuUsage.TotalTime;
        work();
        return (Environment.CpuUsage.TotalTime - before).TotalSeconds;
    }
}

using System.Globalization;
using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Integrators;
using MeanField.Engine.Runs;

namespace MeanField.Benchmarks;

/// <summary>
/// Processor time of a step per particle and node over the number of particles, 10^4 to 10^7, where pair values are stored between sweeps and where
/// they are computed again: medians of rounds that take turns over all sizes, and their ratio to those of 10^4.
/// </summary>
internal sealed class ManyBenchmark : IDisposable
{
    private const double SecondsOfRound = 0.3;
    private static readonly int[] Sizes = [10_000, 100_000, 1_000_000, 10_000_000];

    private readonly PreparedRun run;
    private readonly Team team;
    private readonly Ensemble ensemble;
    private readonly Stepper stepper;
    private readonly List<double> times = [];
    private uint step;

    private ManyBenchmark(PreparedRun run, int particles, int threads, bool stores)
    {
        this.run = run;
        var layout = new ParticleLayout(particles, KernelProgramModule.dimension(run.Programs.Step));
        var (length, settings) = (run.Problem.Run.Horizon.Value / run.Problem.Run.Steps, run.Problem.Run);
        team = new Team(threads);
        ensemble = new Ensemble(layout, 0, run.Step.ParticleFormat);
        run.Start.Place(ensemble);
        stepper = new Stepper(
            run,
            layout,
            team,
            stores ? long.MaxValue : 0,
            new NoisePlan(unchecked((ulong)settings.Seed), run.Step.Target, 0, IsSilent: false),
            new EulerScheme(length, Math.Sqrt(length)),
            compares: false
        );
    }

    /// <summary>many FILE ROUNDS THREADS [KEY=VALUE...]</summary>
    public static int Run(string[] arguments)
    {
        var (file, rounds) = (arguments[0], int.Parse(arguments[1], CultureInfo.InvariantCulture));
        var threads = int.Parse(arguments[2], CultureInfo.InvariantCulture);
        var run = PreparedRun.Of(ProblemFiles.Read(file, arguments[3..]), ProblemFiles.FolderOf(file));
        foreach (var stores in new[] { true, false })
        {
            ManyBenchmark[] sizes = [.. Sizes.Select(size => new ManyBenchmark(run, size, threads, stores))];
            // The first round builds kernels and touches the memory.
            for (var round = 0; round <= rounds; round++)
                foreach (var size in sizes)
                    size.Round(counts: round > 0);
            foreach (var size in sizes)
                size.Report(sizes[0].Median, stores);
        }
        return 0;
    }

    private double Median => times.Order().ElementAt(times.Count / 2);

    private double Pairs => (double)ensemble.Layout.Particles * run.Inputs;

    private void Round(bool counts)
    {
        var (start, steps) = (Environment.CpuUsage.TotalTime, 0);
        double seconds;
        do
        {
            stepper.Advance(new Visit(ensemble, step, IsFull: false), new Visit(ensemble, ++step, IsFull: false), new Breakdown());
            steps++;
            seconds = (Environment.CpuUsage.TotalTime - start).TotalSeconds;
        } while (seconds < SecondsOfRound * team.Workers);
        if (counts)
            times.Add(seconds / (steps * Pairs));
    }

    private void Report(double least, bool stores)
    {
        var regime = stores ? "stored" : "computed again";
        Console.WriteLine(
            string.Create(
                CultureInfo.InvariantCulture,
                $"{regime, -14} T={team.Workers} N={ensemble.Layout.Particles, -8} {Median * 1e9:F3} ns a pair, {Median / least:F3} of N={Sizes[0]}"
            )
        );
        Dispose();
    }

    public void Dispose()
    {
        stepper.Dispose();
        ensemble.Dispose();
        team.Dispose();
    }
}

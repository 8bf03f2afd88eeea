using System.Diagnostics;
using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Throughput;

/// <summary>The speed of steps in a precision on a number of threads.</summary>
/// <param name="Precision">The precision.</param>
/// <param name="Threads">The threads.</param>
/// <param name="PairsPerSecond">Pairs a second.</param>
/// <param name="PeakShare">Useful floating-point operations a second over those of the peak of multiply-adds in the format of pairs on as many threads, round by round.</param>
public sealed record StepRate(Precision Precision, int Threads, Measured PairsPerSecond, Measured PeakShare);

/// <summary>The peak of multiply-adds in a format on a number of threads, numbers a second.</summary>
public sealed record PeakRate(NumberFormat Format, int Threads, Measured MultiplyAddsPerSecond);

/// <summary>How fast this machine takes the steps of a problem.</summary>
/// <param name="Run">The run that was measured, cut down where it is large.</param>
/// <param name="Rounds">How often each was measured, in turns.</param>
/// <param name="Rates">Of every precision and number of threads.</param>
/// <param name="Peaks">Of both formats.</param>
public sealed record StepThroughput(PreparedRun Run, int Rounds, IReadOnlyList<StepRate> Rates, IReadOnlyList<PeakRate> Peaks)
{
    // Some milliseconds each; ten thousand particles and more are as fast a pair.
    private const double MostPairs = 1 << 21;
    private const int MostRounds = 9;
    private const int FewestRounds = 3;
    private const double SecondsOfAll = 2.5;

    /// <summary>Measures one problem in several precisions, on one thread and on all.</summary>
    /// <exception cref="FaultException">The dynamics foellmer, whose control is no program of pairs.</exception>
    public static StepThroughput Of(IReadOnlyList<PreparedRun> runs, SimulationOptions options, CancellationToken cancel)
    {
        int[] threads = [.. new[] { 1, options.Threads }.Distinct()];
        var steps = runs.SelectMany(run => threads.Select(count => Timed(run, options with { Threads = count }))).ToList();
        var teams = threads.Select(count => new Team(count)).ToList();
        var peaks = teams.SelectMany(team => Formats.Select(format => (format, team, Of: Peak(runs[0], format, team)))).ToList();
        try
        {
            var rounds = InTurns(steps, [.. peaks.Select(peak => peak.Of)], cancel);
            return new StepThroughput(
                StepSample.Of(runs[0], options, MostPairs).Run,
                rounds.Count,
                [.. steps.Select((step, k) => Rate(step, k))],
                [
                    .. peaks.Select(
                        (peak, k) => new PeakRate(peak.format, peak.team.Workers, Measured.Of(rounds.Select(round => round.Peaks[k])))
                    ),
                ]
            );

            StepRate Rate(TimedSteps step, int k)
            {
                var format = step.Precision == Precision.Double ? NumberFormat.Double : NumberFormat.Single;
                var peak = peaks.FindIndex(one => one.format == format && one.team.Workers == step.Threads);
                var operations = step.Operations / step.Pairs;
                var shares = rounds.Select(round => round.Pairs[k] * operations / (2 * round.Peaks[peak]));
                return new StepRate(step.Precision, step.Threads, Measured.Of(rounds.Select(round => round.Pairs[k])), Measured.Of(shares));
            }
        }
        finally
        {
            steps.ForEach(step => step.Dispose());
            peaks.ForEach(peak => peak.Of.Dispose());
            teams.ForEach(team => team.Dispose());
        }
    }

    private static readonly NumberFormat[] Formats = [NumberFormat.Double, NumberFormat.Single];

    private static MultiplyAddPeak Peak(PreparedRun run, NumberFormat format, Team team) => new(run.Step.Target, format, team);

    private static TimedSteps Timed(PreparedRun run, SimulationOptions options)
    {
        if (run.IsOptimal)
            throw new FaultException(
                FaultModule.unsupported(
                    run.Problem.Places.Of("run.dynamics"),
                    "foellmer, whose control is no program of pairs",
                    "greedy, sgd or langevin",
                    "",
                    "measure the problem with --set run.dynamics=greedy"
                )
            );
        return new TimedSteps(StepSample.Of(run, options, MostPairs).Run, options);
    }

    /// <summary>Everything in turns, so that a machine that slows down slows down all alike; the first round warms up.</summary>
    private static List<Round> InTurns(List<TimedSteps> steps, List<MultiplyAddPeak> peaks, CancellationToken cancel)
    {
        var rounds = new List<Round>();
        var watch = Stopwatch.StartNew();
        for (var k = 0; k <= FewestRounds || (k <= MostRounds && watch.Elapsed.TotalSeconds < SecondsOfAll); k++)
        {
            cancel.ThrowIfCancellationRequested();
            var round = new Round([.. steps.Select(step => step.Measure())], [.. peaks.Select(peak => peak.Measure())]);
            if (k > 0)
                rounds.Add(round);
        }
        return rounds;
    }

    private sealed record Round(double[] Pairs, double[] Peaks);
}

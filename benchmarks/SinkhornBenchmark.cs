using System.Diagnostics;
using System.Globalization;
using MeanField.Engine.Bridges;
using MeanField.Engine.Collectives;
using MeanField.Engine.InputLaws;

namespace MeanField.Benchmarks;

/// <summary>
/// Entropic transport between two files of equally likely points: seconds by the wall clock and of the processor, iterations, steps of Newton's method, error of the second marginal, and the
/// cost with its lower bound. The first round, which compiles, is told, too.
/// </summary>
internal static class SinkhornBenchmark
{
    /// <summary>sinkhorn FROM TO TAU TOLERANCE THREADS ROUNDS</summary>
    public static int Run(string[] arguments)
    {
        var (from, to) = (Law(arguments[0]), Law(arguments[1]));
        var (tau, tolerance) = (Number(arguments[2]), Number(arguments[3]));
        using var team = new Team(int.Parse(arguments[4]));
        for (var round = 0; round < int.Parse(arguments[5]); round++)
        {
            var (watch, before) = (Stopwatch.StartNew(), Environment.CpuUsage.TotalTime);
            var (first, last) = (from.Mean(), to.Mean());
            using var sweep = new PairSweep(from.Centred(first), to.Centred(last), tau, team, default);
            var solver = new Sinkhorn(sweep.From, sweep.To, team, new SinkhornOptions(tolerance, 1 << 30, _ => { }), default);
            var solved = solver.Solve(sweep, tau, (from.SecondMoment(first) + to.SecondMoment(last)) / 2);
            var (seconds, processor) = (watch.Elapsed.TotalSeconds, (Environment.CpuUsage.TotalTime - before).TotalSeconds);
            var plan = new EntropicPlan(sweep, solved, tau, first, [.. last.Zip(first, (y, x) => y - x)]);
            Console.WriteLine(
                FormattableString.Invariant(
                    $"{seconds:F3} s ({processor:F3} s of processor), {solver.Iterations} iterations, {solver.NewtonSteps} Newton steps, error {solved.Error:E2}, cost {plan.Primal:R}, dual {plan.Dual:R}"
                )
            );
        }
        return 0;
    }

    private static PointLaw Law(string path)
    {
        using var file = CsvFile.Open(path);
        var d = file.Header.Count;
        var points = file.ReadRows([.. Enumerable.Range(0, d)]);
        return new PointLaw(d, points, SampledRule.EqualWeights(points.Length / d), PointKind.Exact, null);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

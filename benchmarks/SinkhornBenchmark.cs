using System.Diagnostics;
using System.Globalization;
using MeanField.Engine.Bridges;
using MeanField.Engine.Collectives;
using MeanField.Engine.InputLaws;

namespace MeanField.Benchmarks;

/// <summary>Entropic transport between two files of equally likely points: seconds, steps, marginal error, dual value.</summary>
internal static class SinkhornBenchmark
{
    /// <summary>sinkhorn FROM TO TAU TOLERANCE [THREADS]</summary>
    public static int Run(string[] arguments)
    {
        var (tau, tolerance) = (Number(arguments[2]), Number(arguments[3]));
        var (from, to) = (Law(arguments[0]), Law(arguments[1]));
        using var team = new Team(arguments.Length > 4 ? int.Parse(arguments[4]) : 1);
        for (var round = 0; round < 3; round++)
        {
            var watch = Stopwatch.StartNew();
            using var sweep = new PairSweep(from, to, tau, team, default);
            var told = Environment.GetEnvironmentVariable("TOLD") is null ? (Action<string>)(_ => { }) : Console.Error.WriteLine;
            var solver = new Sinkhorn(from, to, team, new SinkhornOptions(tolerance, 1 << 30, told), default);
            var solved = solver.Solve(sweep, tau, Independent(from, to));
            Console.WriteLine(
                FormattableString.Invariant(
                    $"{watch.Elapsed.TotalSeconds:F3} s, {solver.Iterations} iterations, {solver.NewtonSteps} Newton steps, {sweep.Sweeps} sweeps at the last tau, marginal error {solved.Error:E2}, dual {tau * solved.Dual:R}"
                )
            );
        }
        return 0;
    }

    private static double Independent(PointLaw from, PointLaw to) => (from.SecondMoment(to.Mean()) + to.SecondMoment(to.Mean())) / 2;

    private static PointLaw Law(string path)
    {
        using var file = CsvFile.Open(path);
        var d = file.Header.Count;
        var points = file.ReadRows([.. Enumerable.Range(0, d)]);
        var n = points.Length / d;
        return new PointLaw(d, points, [.. Enumerable.Repeat(1.0 / n, n)], PointKind.Exact, null);
    }

    private static double Number(string text) => double.Parse(text, CultureInfo.InvariantCulture);
}

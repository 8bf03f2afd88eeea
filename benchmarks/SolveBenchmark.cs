using System.Diagnostics;
using MeanField.Core;
using MeanField.Engine.Minimisers;

namespace MeanField.Benchmarks;

/// <summary>Solutions of a problem, with the wall clock of each: the first one of a process compiles kernels.</summary>
internal static class SolveBenchmark
{
    /// <summary>solve FILE ROUNDS [KEY=VALUE...]</summary>
    public static int Run(string[] arguments)
    {
        var (file, rounds) = (arguments[0], int.Parse(arguments[1]));
        var problem = ProblemFiles.Read(file, arguments[2..]);
        var method = problem.Solve.Method;
        var tolerance = problem.Solve.Tolerance is { } given ? given.Value.Value : (double?)null;
        for (var round = 0; round < rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            var prepared = MinimiserProblem.Of(problem, ProblemFiles.FolderOf(file));
            var preparing = watch.Elapsed.TotalSeconds;
            var solution = Minimiser.Of(
                prepared,
                new SolveOptions(method, tolerance, Environment.ProcessorCount),
                words => Console.Error.WriteLine(FormattableString.Invariant($"  {watch.Elapsed.TotalSeconds:F3} {words}")),
                CancellationToken.None
            );
            var certificate = solution.Certificate;
            Console.WriteLine(
                FormattableString.Invariant(
                    $"{solution.Method} {watch.Elapsed.TotalSeconds:F3} s (preparing {preparing:F3} s), F {certificate.FreeEnergy.Value.Value:R}, gap {certificate.Gap.Value.Value:G3}, quadrature {certificate.QuadratureError.Value.Value:G3}, interval [{certificate.Interval?.Low:R}, {certificate.Interval?.High:R}], kl {solution.Divergence.Value.Value:G6}, ess {solution.EffectiveSampleFraction.Value.Value:G3}, {certificate.Obstacle ?? "certified"}"
                )
            );
        }
        return 0;
    }
}

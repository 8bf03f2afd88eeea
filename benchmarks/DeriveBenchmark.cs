using System.Diagnostics;
using MeanField.Core;

namespace MeanField.Benchmarks;

/// <summary>
/// The derivation of a problem with its text: first in a fresh process, where every method is compiled on the way, then again
/// with everything compiled. Milliseconds of wall time.
/// </summary>
internal static class DeriveBenchmark
{
    private const int Repeats = 15;

    /// <summary>derive FILE [KEY=VALUE...]</summary>
    public static int Run(string[] arguments)
    {
        var problem = ProblemFiles.Read(arguments[0], arguments[1..]);
        var first = Timed(problem);
        var again = Enumerable.Range(0, Repeats).Select(_ => Timed(problem)).Order().ElementAt(Repeats / 2);
        Console.WriteLine(FormattableString.Invariant($"first {first:F0} again {again:F1} ms"));
        return 0;
    }

    private static double Timed(Problem problem)
    {
        var watch = Stopwatch.StartNew();
        var letters = Theory.derive(problem).ResultValue.Steps.Sum(step => step.Statement.Infix.Length);
        return letters > 0 ? watch.Elapsed.TotalMilliseconds : throw new InvalidOperationException("an empty derivation");
    }
}

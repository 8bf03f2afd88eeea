using System.Diagnostics;
using MeanField.Engine.Collectives;
using MeanField.Engine.Minimisers;

namespace MeanField.Benchmarks;

/// <summary>
/// The dual Newton solve on one fixed trapezoid rule, from alpha = 0: what peers/dual_newton.py does in numpy. Points, nodes and kernels are there
/// before the clock starts; every evaluation computes the neurons anew.
/// </summary>
internal static class NewtonBenchmark
{
    private const double Range = 7;

    /// <summary>newton FILE POINTS ROUNDS [KEY=VALUE...]</summary>
    public static int Run(string[] arguments)
    {
        var (file, count, rounds) = (arguments[0], int.Parse(arguments[1]), int.Parse(arguments[2]));
        var read = ProblemFiles.Read(file, arguments[3..]);
        var problem = MinimiserProblem.Of(read, ProblemFiles.FolderOf(file));
        var step = 2 * Range / (count - 1);
        var axis = new TrapezoidAxis(-Range - step / 2, Range + step / 2, count, 0.5);
        using var points = new ProductRule(read.Energy.Tau.Value, [axis, axis]).Points();
        using var team = new Team(Environment.ProcessorCount);
        using var loss = new DualLoss(problem);
        using var law = new TiltedLaw(problem, points, team);
        var newton = new DualNewton(problem, law, loss);
        var seconds = new List<double>();
        DualState? state = null;
        for (var round = 0; round <= rounds; round++)
        {
            var watch = Stopwatch.StartNew();
            state = newton.Maximise(new double[problem.Nodes], CancellationToken.None);
            if (round > 0) // the first one compiles
                seconds.Add(watch.Elapsed.TotalSeconds);
        }
        seconds.Sort();
        Console.WriteLine(
            FormattableString.Invariant(
                $"workbench recomputing: {seconds[seconds.Count / 2]:F4} s, {law.Evaluations / (rounds + 1)} evaluations, dual {state!.Dual:R}"
            )
        );
        return 0;
    }
}

using System.Diagnostics;
using MeanField.Core;
using MeanField.Engine.Bridges;
using MeanField.Engine.Collectives;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Journals;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Noise;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Laziness;

/// <summary>Measures a problem's laziness and sets the guarantees beside the measurements.</summary>
public sealed class LazyStudy
{
    /// <summary>Between the seed of runs and that of paths.</summary>
    private const ulong Stride = 0x9E3779B97F4A7C15;

    private readonly MinimiserProblem problem;
    private readonly Solution solution;
    private readonly NetOptions options;
    private readonly int paths;
    private readonly IReadOnlyList<Constant> constants;
    private readonly Journal journal;
    private readonly Team team;
    private readonly Action<Progress> report;
    private readonly CancellationToken cancel;
    private readonly double tau;
    private readonly int d;

    private LazyStudy(
        Optimum optimum,
        NetOptions options,
        int paths,
        IReadOnlyList<Constant> constants,
        Team team,
        Action<Progress> report,
        CancellationToken cancel
    )
    {
        (problem, solution, this.options, this.paths) = (optimum.Problem, optimum.Solution, options, paths);
        (this.constants, this.team, this.report, this.cancel) = (constants, team, report, cancel);
        (tau, d, journal) = (problem.Problem.Energy.Tau.Value, problem.Programs.Variances.Length, options.Journal);
    }

    /// <summary>Computes the report.</summary>
    /// <param name="optimum">The problem, which has a net, and its minimiser.</param>
    /// <param name="options">How nets are simulated; steps are even.</param>
    /// <param name="paths">Exact paths of the Foellmer process, at least 2.</param>
    /// <param name="constants">Those of <see cref="Core.Constants"/>.</param>
    /// <param name="compares">Whether the table of all dynamics and the rates are asked for, too.</param>
    /// <param name="report">Receives each stage.</param>
    /// <param name="cancel">Ends it.</param>
    /// <exception cref="FaultException">A problem without a net, or one whose dynamics cannot be simulated.</exception>
    public static LazyReport Of(
        Optimum optimum,
        NetOptions options,
        int paths,
        IReadOnlyList<Constant> constants,
        bool compares,
        Action<Progress> report,
        CancellationToken cancel
    )
    {
        var watch = Stopwatch.StartNew();
        using var team = new Team(options.Threads);
        var study = new LazyStudy(optimum, options, paths, constants, team, report, cancel);
        return study.Measured(compares) with { Seconds = optimum.Solution.Seconds + watch.Elapsed.TotalSeconds };
    }

    private LazyReport Measured(bool compares)
    {
        report("mu* beside gamma: outputs and tangent kernels");
        var tangent = new TangentKernel(problem);
        var gibbs = new GibbsComparison(problem, solution, tangent, team, cancel);
        var nets = new NetComparison(new Optimum(problem, solution), options, report, cancel);
        var net = NetLaziness.Of(problem, gibbs, tangent, nets.Greedy, team, cancel);
        report("laws of the greedy dynamics by Heun's scheme");
        var flow = GreedyFlow.Of(problem.Problem, options, cancel);
        using var control = OptimalControl.Of(problem, solution, Math.Min(paths, 4096), OptimalControl.ForPaths, team);
        using var comparison = new PathComparison(control, Bridges(), flow);
        report($"{paths} exact paths of {options.Steps} steps");
        var followed = journal.Of("exact paths", () => comparison.Follow(_ => { }, cancel));
        report("Langevin's dynamics beside mu* and beside the Foellmer process");
        var langevin = journal.Of("Langevin", () => LangevinCoupling.Of(problem, solution, control, Seed(4), team, cancel));
        var measured = new LazyMeasures(problem, solution, gibbs, nets, net, flow.Net, followed, langevin, team);
        var guarantees = Guarantees.all(problem.Problem, Microsoft.FSharp.Collections.ListModule.OfSeq(constants), measured.Facts());
        return new LazyReport
        {
            Solution = solution,
            Options = options,
            Paths = paths,
            Named = measured.Named([.. guarantees]),
            Constants = constants,
            Ledger = [.. guarantees.Select(measured.Row)],
            Comparison = compares ? nets.Rows() : [],
            Rates = compares ? Rates() : [],
            Seconds = 0,
        };
    }

    private IReadOnlyList<ConvergenceRate> Rates()
    {
        var rates = new GreedyRates(problem, options, cancel);
        report("rate in N");
        var inNeurons = journal.Of("rate in N", rates.InNeurons);
        report("rate in steps");
        return [inNeurons, journal.Of("rate in steps", rates.InSteps)];
    }

    private ulong Seed(ulong stream) => unchecked((ulong)options.Seed + stream * Stride);

    private BrownianBridges Bridges()
    {
        var ends = journal.Of("ends", () => NeuronSample.Of(problem, solution, paths, options.Threads, cancel).Rows);
        var noise = new PathNoise(paths, d, Seed(3), NoiseStream.Bridge, problem.Law.Target);
        return new BrownianBridges(TimeGrid.Uniform(tau, options.Steps), noise, ends);
    }
}

using System.Diagnostics;
using MeanField.Engine.Collectives;
using MeanField.Engine.Journals;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Noise;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Bridges;

/// <summary>How to simulate an optimal control.</summary>
/// <param name="Paths">N, at least <see cref="FoellmerProcess.Replicates"/>.</param>
/// <param name="Steps">K.</param>
/// <param name="Threads">Threads.</param>
public sealed record FoellmerOptions(int Paths, int Steps, int Threads)
{
    /// <summary>Keeps where the paths stand.</summary>
    public Journal Journal { get; init; } = Journal.Unkept;
}

/// <summary>
/// The Foellmer process of a problem: chains of its optimal control, exact paths, and both of common noise, compared with the minimiser
/// (theory.md section 4).
/// </summary>
public sealed class FoellmerProcess
{
    /// <summary>Parts of the paths whose spread is the error of what is no mean over paths.</summary>
    public const int Replicates = 20;

    /// <summary>Of so many paths one is followed by a chain of common noise.</summary>
    private const int Coupled = 10;

    /// <summary>Points of the control at a time.</summary>
    private const int Batch = 4096;

    private readonly MinimiserProblem problem;
    private readonly Solution solution;
    private readonly FoellmerOptions options;
    private readonly FoellmerKernels kernels;
    private readonly OptimalControl control;
    private readonly Team team;
    private readonly TimeGrid grid;
    private readonly Action<Progress> report;
    private readonly CancellationToken cancel;

    private FoellmerProcess(
        MinimiserProblem problem,
        Solution solution,
        FoellmerOptions options,
        OptimalControl control,
        Team team,
        Action<Progress> report,
        CancellationToken cancel
    )
    {
        (this.problem, this.solution, this.options, this.control, this.team) = (problem, solution, options, control, team);
        (this.report, this.cancel) = (report, cancel);
        kernels = control.Kernels;
        grid = TimeGrid.Refined(problem.Problem.Energy.Tau.Value, options.Steps);
    }

    /// <summary>Simulates and compares. Cost: some 2.2 N K evaluations of the control.</summary>
    /// <exception cref="Core.FaultException">The objective has no dual.</exception>
    /// <exception cref="OperationCanceledException">Cancelled.</exception>
    public static FoellmerReport Of(
        MinimiserProblem problem,
        Solution solution,
        FoellmerOptions options,
        Action<Progress> report,
        CancellationToken cancel
    )
    {
        ArgumentOutOfRangeException.ThrowIfLessThan(options.Paths, Replicates, nameof(options));
        var watch = Stopwatch.StartNew();
        using var team = new Team(options.Threads);
        using var control = OptimalControl.Of(problem, solution, Math.Min(options.Paths, Batch), OptimalControl.ForPaths, team);
        var process = new FoellmerProcess(problem, solution, options, control, team, report, cancel);
        return process.Simulated() with { Seconds = solution.Seconds + watch.Elapsed.TotalSeconds };
    }

    private int Dimension => control.Dimension;

    private FoellmerReport Simulated()
    {
        // A process that goes on in the middle of the paths reports the ways taken before, too.
        control.Choose(grid);
        var chain = ControlledPaths.Euler(control, grid, Noise(0, options.Paths), options.Paths, Follower("chains", options.Paths));
        var ends = options.Journal.Of("ends", () => NeuronSample.Of(problem, solution, options.Paths, options.Threads, cancel).Rows);
        var exact = ControlledPaths.Bridges(control, new(grid, Noise(1, options.Paths), ends), Follower("exact paths", options.Paths));
        var coupled = CoupledTo(ends);
        var values = new PathValues(problem, solution, kernels, team, chain, coupled);
        var (origin, originError) = control.LogPartitionAtOrigin();
        var martingale = MartingaleTest.Of(
            exact,
            control,
            solution.LogZ.StandardError.Value is 0 ? control.LogPartitionAtOrigin().Error : 0
        );
        var density = new DensityTest(control, exact, origin, unchecked((ulong)problem.Problem.Run.Seed)).Compared();
        return new FoellmerReport
        {
            Solution = solution,
            Paths = options.Paths,
            Steps = options.Steps,
            ControlCost = Of(values.ChainCost),
            ControlCostLimit = Of(SampleMean.Of(exact.CostsByTrapezoid)),
            StepBias = Of(values.Bias),
            Value = Of(values.Value),
            ValueError = Of(values.ValueError),
            ValueFunctionAtOrigin = Of(new SampleMean(-origin, originError)),
            MartingaleError = Of(new SampleMean(martingale.Value, martingale.StandardError)),
            Terminal = values.Terminal,
            ControlError = control.Chosen.Max(found => found.Error),
            Forms = Forms(),
            Comparisons = [.. values.Compared(exact, origin, originError), martingale, density],
            Seconds = 0,
        };
    }

    private CoupledChain CoupledTo(double[] ends)
    {
        report("chains and exact paths of common noise");
        var few = ends[..(Math.Max(Replicates, options.Paths / Coupled) * Dimension)];
        return options.Journal.Of(
            "coupled chains",
            () => CoupledChain.Of(control, new(grid, Noise(2, few.Length / Dimension), few), cancel)
        );
    }

    private PathNoise Noise(ulong stream, int count) =>
        new(count, Dimension, unchecked((ulong)problem.Problem.Run.Seed + Stride * stream), NoiseStream.Bridge, problem.Law.Target);

    /// <summary>Between the seeds of kinds of paths.</summary>
    private const ulong Stride = 0x9E3779B97F4A7C15;

    private PathFollower Follower(string what, int count)
    {
        var clock = Stopwatch.StartNew();
        report($"{count} {what} of {options.Steps} steps");
        return new PathFollower(what, options.Journal, Told, cancel);

        void Told(int step)
        {
            if (clock.Elapsed.TotalSeconds < 5)
                return;
            report(new Progress($"{what}: step {step} of {options.Steps}") { Share = (double)step / options.Steps });
            clock.Restart();
        }
    }

    private static Estimate Of(SampleMean mean) =>
        new(Quantity.Of(mean.Value), Quantity.Of(mean.Error), Quantity.Absent("paths are independent"));

    private IReadOnlyList<(double, string)> Forms()
    {
        var forms = new List<(double From, string Form)>();
        foreach (var (time, form, _) in control.Chosen)
            if (forms.Count == 0 || forms[^1].Form != form)
                forms.Add((time, form));
        return forms;
    }
}

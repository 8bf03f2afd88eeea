using MeanField.Core;
using MeanField.Engine.Minimisers;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Laziness;

/// <summary>A dynamics beside the optimal law.</summary>
/// <param name="Name">greedy, sgd, langevin, foellmer; optimum for mu* itself.</param>
/// <param name="Batch">"full" or how many samples a step takes; empty for mu*.</param>
/// <param name="Particles">N; 0 for mu*.</param>
/// <param name="Steps">K; 0 for mu*.</param>
/// <param name="Named">loss, risk, brackets of F, J - F* on both sides and the distance ||fhat_N - fhat*||, under their names.</param>
public sealed record ComparedNet(string Name, string Batch, int Particles, int Steps, IReadOnlyList<KeyValuePair<string, Estimate>> Named);

/// <summary>The dynamics of theory.md section 5 on one problem, beside its minimiser.</summary>
internal sealed class NetComparison
{
    /// <summary>The horizon of Langevin's dynamics in units of beta tau, the time in which the prior alone forgets its start.</summary>
    private const int Relaxations = 5;

    /// <summary>The larger batch of SGD has so many times the samples, its smaller nets so many times fewer neurons.</summary>
    private const int Ratio = 8;

    private readonly Optimum optimum;
    private readonly NetOptions options;
    private readonly Action<Progress> report;
    private readonly CancellationToken cancel;

    public NetComparison(Optimum optimum, NetOptions options, Action<Progress> report, CancellationToken cancel)
    {
        (this.optimum, this.options, this.report, this.cancel) = (optimum, options, report, cancel);
        Greedy = Simulated(Dynamics.Greedy, NetOptions.AllNodes, options.Particles);
        Sgd = Simulated(Dynamics.Sgd, Own, options.Particles);
    }

    /// <summary>The greedy net of N neurons, beside the optimal control.</summary>
    public NetRun Greedy { get; }

    /// <summary>The same by SGD, with the batch of the problem file where that is one of fresh samples, else one sample a step.</summary>
    public NetRun Sgd { get; }

    private Batch Own => optimum.Problem.Problem.Run.Batch is { IsFull: false } own ? own : new Batch(false, 1);

    private int Few => Math.Max(2, options.Particles / Ratio);

    /// <summary>All rows: greedy, SGD of fewer neurons and of larger batches, Langevin, Foellmer, mu*.</summary>
    public IReadOnlyList<ComparedNet> Rows()
    {
        var large = new Batch(false, Ratio * Own.Samples);
        return
        [
            Row("greedy", NetOptions.AllNodes, options.Particles, Greedy),
            Row("sgd", Own, options.Particles, Sgd),
            Row("sgd", large, options.Particles, Simulated(Dynamics.Sgd, large, options.Particles)),
            Row("sgd", Own, Few, Simulated(Dynamics.Sgd, Own, Few)),
            Row("langevin", NetOptions.AllNodes, options.Particles, Simulated(Dynamics.Langevin, NetOptions.AllNodes, options.Particles)),
            Row("foellmer", NetOptions.AllNodes, options.Particles, Simulated(Dynamics.Foellmer, NetOptions.AllNodes, options.Particles)),
            Minimum,
        ];
    }

    private NetRun Simulated(Dynamics dynamics, Batch batch, int particles)
    {
        report(
            $"{dynamics.ToString().ToLowerInvariant()}: {options.Replicas} nets of {particles} neurons, {options.Steps} steps, batch {Word(batch)}"
        );
        var isFlow = dynamics == Dynamics.Langevin;
        var scheme = isFlow ? Scheme.Exponential : Scheme.Euler;
        var kind = (options with { Particles = particles }).Of(optimum.Problem.Problem, dynamics, scheme, batch);
        var run = PreparedRun.Of(isFlow ? ProblemModule.withHorizon(Relaxations, kind) : kind, options.Folder) with { Optimum = optimum };
        var part = $"{dynamics}, batch {Word(batch)}, {particles} neurons";
        return new NetRun(run, 0, options.Journal.Of(part, () => NetRun.Of(run, options.Threads, !isFlow, true, cancel).End));
    }

    private ComparedNet Row(string name, Batch batch, int particles, NetRun net)
    {
        var estimates = net.Estimates!;
        var distances = net.Outputs.Select(fhat => optimum.Problem.Distance(fhat, optimum.Solution.Moment)).ToArray();
        return new ComparedNet(
            name,
            Word(batch),
            particles,
            options.Steps,
            Named(
                estimates.Loss,
                estimates.Risk,
                (estimates.FreeEnergyLower, estimates.FreeEnergyUpper),
                (estimates.Excess, estimates.ExcessIdentity),
                ReplicaStatistics.Of(distances).AsEstimate(Quantity.Absent("replicas have a standard error"))
            )
        );
    }

    private ComparedNet Minimum
    {
        get
        {
            var (solution, energy) = (optimum.Solution, optimum.Solution.Certificate.FreeEnergy);
            return new ComparedNet(
                "optimum",
                "",
                0,
                0,
                Named(solution.Loss, solution.Risk, (energy, energy), (Estimate.Exact(0), Estimate.Exact(0)), Estimate.Exact(0))
            );
        }
    }

    private static IReadOnlyList<KeyValuePair<string, Estimate>> Named(
        Estimate loss,
        Estimate risk,
        (Estimate Lower, Estimate Upper) energy,
        (Estimate Left, Estimate Right) excess,
        Estimate distance
    ) =>
        [
            new("loss", loss),
            new("risk", risk),
            new("freeEnergyLower", energy.Lower),
            new("freeEnergyUpper", energy.Upper),
            new("excess", excess.Left),
            new("excessIdentity", excess.Right),
            new("distance", distance),
        ];

    private static string Word(Batch batch) => batch.IsFull ? "full" : FormattableString.Invariant($"{batch.Samples}");
}

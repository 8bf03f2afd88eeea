using MeanField.Core;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Noise;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Laziness;

/// <summary>What a simulated dynamics led to.</summary>
/// <param name="Estimates">All quantities of a run, where they were asked for: brackets of the divergence are fitted to every replica.</param>
/// <param name="Ends">W_tau of each replica, N x d.</param>
/// <param name="Outputs">fhat at the nodes of each replica at the end.</param>
/// <param name="Flow">The mean over replicas of fhat at the nodes before each step, where steps show it.</param>
internal sealed record NetEnd(RunEstimates? Estimates, double[][] Ends, double[][] Outputs, IReadOnlyList<double[]> Flow);

/// <summary>A simulated dynamics without a folder: its estimates and where the neurons of each replica ended.</summary>
/// <param name="Run">What was simulated.</param>
/// <param name="NoiseLevel">As that of <see cref="SimulationOptions"/>.</param>
/// <param name="End">What it led to.</param>
internal sealed record NetRun(PreparedRun Run, int NoiseLevel, NetEnd End)
{
    /// <summary>As in <see cref="End"/>.</summary>
    public RunEstimates? Estimates => End.Estimates;

    /// <summary>As in <see cref="End"/>.</summary>
    public double[][] Ends => End.Ends;

    /// <summary>As in <see cref="End"/>.</summary>
    public double[][] Outputs => End.Outputs;

    /// <summary>As in <see cref="End"/>.</summary>
    public IReadOnlyList<double[]> Flow => End.Flow;

    /// <summary>Simulates.</summary>
    /// <param name="run">The problem with its run.</param>
    /// <param name="threads">Threads.</param>
    /// <param name="compares">Whether controls are compared with the optimal one, which the run then has.</param>
    /// <param name="summarises">Whether its estimates are asked for.</param>
    /// <param name="cancel">Ends it.</param>
    /// <param name="noiseLevel">As that of <see cref="SimulationOptions"/>.</param>
    /// <param name="look">Sees the ensembles before each step and at the end.</param>
    /// <exception cref="FaultException">A dynamics that the problem cannot have, or a number that is not finite.</exception>
    public static NetRun Of(
        PreparedRun run,
        int threads,
        bool compares,
        bool summarises,
        CancellationToken cancel,
        int noiseLevel = 0,
        Action<IReadOnlyList<Ensemble>>? look = null
    )
    {
        var settings = new SimulationOptions(threads, "", null, false, noiseLevel, Compares: compares);
        using var simulation = new Simulation(run, settings);
        var (steps, length) = (run.Problem.Run.Steps, run.Problem.Run.Horizon.Value / run.Problem.Run.Steps);
        var costs = simulation.Ensembles.Select(_ => new ReplicaCosts(length)).ToArray();
        var flow = new List<double[]>();
        for (var step = 0; ; step++)
        {
            cancel.ThrowIfCancellationRequested();
            look?.Invoke(simulation.Ensembles);
            var breakdown = new Breakdown();
            var seen =
                step == steps
                    ? simulation.Observe((uint)step, breakdown)
                    : simulation.Advance((uint)step, false, breakdown, isNextFull: step + 1 < steps ? false : null);
            if (breakdown.First is { } broken)
                throw NotFinite(run, step, broken);
            if (seen[0].Fhat.Length > 0)
                flow.Add(NodeFunctions.Mean([.. seen.Select(one => one.Fhat)]));
            if (step == steps)
                return new NetRun(
                    run,
                    noiseLevel,
                    new NetEnd(
                        summarises ? Summarised(step, seen) : null,
                        [.. simulation.Ensembles.Select(ensemble => ensemble.Rows())],
                        [.. seen.Select(one => one.Fhat)],
                        flow
                    )
                );
            ReplicaCosts.AddTo(costs, seen, compares);
        }

        RunEstimates Summarised(int step, Observation[] seen) =>
            new Summary(run, simulation, costs, new RunEnd(new RunStatus.Completed(), step, seen, 0, null), compares).Estimates();
    }

    /// <summary>B_tau of each replica of a control, N x d: the sums of the increments that its steps took.</summary>
    public double[][] BrownianEnds()
    {
        var settings = Run.Problem.Run;
        var steps = settings.Steps << NoiseLevel;
        var scale = Math.Sqrt(settings.Horizon.Value / steps);
        var layout = new ParticleLayout(settings.Particles, Ends[0].Length / settings.Particles);
        var path = new BrownianPath<double>(new NormalNoise<double>(unchecked((ulong)settings.Seed), layout, Run.Step.Target));
        return [.. Enumerable.Range(0, Ends.Length).Select(Sum)];

        double[] Sum(int replica)
        {
            var (sum, increments) = (new double[layout.Length], new double[layout.Length]);
            for (var step = 0; step < steps; step++)
            {
                path.Increment((uint)replica, 0, (uint)step, 0, increments);
                for (var k = 0; k < sum.Length; k++)
                    sum[k] += scale * increments[k];
            }
            using var storage = AlignedBuffer.Of<double>(layout.Length);
            sum.CopyTo(storage.Slice<double>(0, checked((int)layout.Length)));
            return layout.Rows(storage, NumberFormat.Double);
        }
    }

    private static FaultException NotFinite(PreparedRun run, int step, BrokenParticle broken) =>
        new(
            FaultModule.invalid(
                Location.OfKey("run.steps"),
                $"a number that is not finite after step {step} of {run.Problem.Run.Steps} in particle {broken.Particle} of replica {broken.Replica}",
                "a step that the dynamics bears",
                "",
                "take more --steps, or a smaller energy.beta"
            )
        );
}

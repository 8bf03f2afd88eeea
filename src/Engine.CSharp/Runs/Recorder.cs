using MeanField.Core;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Runs;

/// <summary>Decides which steps are recorded, keeps the time series and the costs, and writes snapshots of the particles.</summary>
internal sealed class Recorder
{
    private static readonly string[] Scalars =
    [
        "risk",
        "riskDebiased",
        "loss",
        "accuracy",
        "potential",
        "driftSquare",
        "controlCost",
        "value",
    ];

    private readonly RunFolder folder;
    private readonly BackgroundWriter writer;
    private readonly int particles;
    private readonly int steps;
    private readonly double step;
    private readonly long stride;
    private readonly HashSet<long> snapshots;
    private readonly ReplicaCosts[] costs;
    private readonly bool hasCost;
    private readonly bool compares;
    private readonly Action<IReadOnlyList<string>, MetricsRow>? watcher;

    public Recorder(
        PreparedRun run,
        RunFolder folder,
        BackgroundWriter writer,
        bool compares,
        Action<IReadOnlyList<string>, MetricsRow>? watcher = null
    )
    {
        var settings = run.Problem.Run;
        (this.folder, this.writer, this.compares, this.watcher) = (folder, writer, compares, watcher);
        (particles, steps) = (settings.Particles, settings.Steps);
        hasCost = ControlCostRule.WhyNoChain(settings) is null;
        step = settings.Horizon.Value / settings.Steps;
        stride = Stride(settings);
        // The last of them is the end of the run, whose particles are written in any case.
        snapshots =
        [
            .. Enumerable.Range(1, Math.Max(0, settings.Snapshots - 1)).Select(number => (long)number * steps / settings.Snapshots),
        ];
        snapshots.ExceptWith([0, steps]);
        costs = [.. Enumerable.Range(0, settings.Replicas).Select(_ => new ReplicaCosts(step))];
        Table = new MetricsTable(Scalars, run.HasFit ? ["fhat"] : []);
    }

    /// <summary>Steps from one row of metrics to the next.</summary>
    internal static int Stride(Run settings) => Math.Max(1, settings.Steps / settings.Record);

    /// <summary>The time series so far.</summary>
    public MetricsTable Table { get; }

    /// <summary>The costs so far, by replica.</summary>
    public IReadOnlyList<ReplicaCosts> Costs => costs;

    /// <summary>Whether the state after this number of steps gets a row of metrics.</summary>
    public bool IsRecorded(long number) => number % stride == 0 || number == steps;

    /// <summary>Goes on from what was recorded up to a state.</summary>
    public void Restore(RunState state)
    {
        for (var replica = 0; replica < costs.Length; replica++)
            costs[replica].Sums = state.Costs[replica];
        foreach (var row in state.Rows)
            Table.Add(row);
    }

    /// <summary>Whether the particles after this number of steps are written before the run ends.</summary>
    public bool IsSnapshot(long number) => snapshots.Contains(number);

    /// <summary>Takes note of the state after <paramref name="number"/> steps.</summary>
    public void Row(long number, IReadOnlyList<Observation> observations)
    {
        for (var replica = 0; replica < observations.Count; replica++)
        {
            var seen = observations[replica];
            costs[replica].Record(number, seen.DriftSquare);
            var cost = hasCost ? costs[replica].Left : double.NaN;
            double[] scalars =
            [
                seen.Risk,
                seen.RiskDebiased(particles),
                seen.Loss,
                seen.Accuracy,
                seen.Potential,
                seen.DriftSquare,
                cost,
                (cost / seen.InverseTemperature) + seen.Potential,
            ];
            var row = new MetricsRow(replica, number, number * step, scalars, Table.Moments.Count == 0 ? [] : [seen.Fhat]);
            Table.Add(row);
            watcher?.Invoke(Scalars, row);
        }
    }

    /// <summary>Takes note of the controls of the step that is taken now.</summary>
    public void Step(IReadOnlyList<Observation> observations) => ReplicaCosts.AddTo(costs, observations, compares);

    /// <summary>Writes the particles after <paramref name="number"/> steps where a snapshot is due.</summary>
    public void Snapshot(long number, Simulation simulation)
    {
        if (!IsSnapshot(number))
            return;
        writer.Start(simulation.Particles(), particles => Particles(number, particles));
    }

    /// <summary>Writes particles after <paramref name="number"/> steps.</summary>
    public void Particles(long number, ParticleSnapshot particles)
    {
        folder.WriteParticles(number, particles);
        folder.Log($"particles after step {number} of {steps} written");
    }
}

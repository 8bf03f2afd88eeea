using MeanField.Core;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Runs;

/// <summary>The drift that a run's dynamics gives to a neuron anywhere, while the law is that of the run at some times: for plots.</summary>
public static class DriftTable
{
    /// <summary>
    /// A row for each time and point: t, the components of w, those of the drift (u.NAME: means over replicas, over the nodes where steps take fresh samples) and
    /// their standard errors (e.NAME, nothing for one replica). Cost: a step for each time, without its noise.
    /// </summary>
    /// <param name="run">The run, whose dynamics is not that of the optimal control.</param>
    /// <param name="components">Names of the components of w.</param>
    /// <param name="laws">Times, each with the particles of all replicas, N x d after N x d.</param>
    /// <param name="points">M x d, row-major.</param>
    /// <param name="cancel">Looked at before each replica.</param>
    /// <exception cref="FaultException">An objective whose law cannot be held fixed: of pairs of neurons, or without entropy.</exception>
    public static NumberTable Of(
        PreparedRun run,
        IReadOnlyList<string> components,
        IReadOnlyList<(double Time, double[] Particles)> laws,
        double[] points,
        CancellationToken cancel
    )
    {
        var programs = DynamicsPrograms.frozen(run.Problem).Value();
        var (d, replicas) = (components.Count, run.Problem.Run.Replicas);
        var ensembles = new ParticleLayout(laws[0].Particles.Length / d / replicas, d);
        using var frozen = new FrozenLaw(run, programs, ensembles, new ParticleLayout(points.Length / d, d));
        using var places = AlignedBuffer.Of<double>(frozen.Layout.Length);
        frozen.Layout.FromRows<double>(points, places);
        return new NumberTable(
            ["t", .. components, .. components.Select(name => $"u.{name}"), .. components.Select(name => $"e.{name}")],
            [.. laws.SelectMany(law => Rows(law.Time, [.. law.Particles.Chunk(ensembles.Particles * d).Select(Drifts)]))]
        );

        double[] Drifts(double[] particles, int replica)
        {
            cancel.ThrowIfCancellationRequested();
            using var ensemble = new Ensemble(ensembles, replica, run.Step.ParticleFormat);
            ensembles.FromRows(particles, ensemble.State, ensemble.Format);
            frozen.Hold(frozen.Of(ensemble));
            var drifts = new double[frozen.Layout.Length];
            frozen.At(places, drifts);
            return drifts;
        }

        IEnumerable<double?[]> Rows(double time, double[][] drifts) =>
            Enumerable
                .Range(0, points.Length / d)
                .Select(k =>
                    Row(
                        time,
                        points[(k * d)..((k + 1) * d)],
                        [
                            .. Enumerable
                                .Range(0, d)
                                .Select(i => ReplicaStatistics.Of([.. drifts.Select(drift => drift[frozen.Layout.Index(k, i)])])),
                        ]
                    )
                );
    }

    private static double?[] Row(double time, double[] point, ReplicaStatistics[] drift) =>
        [
            time,
            .. point.Select(number => (double?)number),
            .. drift.Select(one => (double?)one.Mean),
            .. drift.Select(one => one.StandardError),
        ];
}

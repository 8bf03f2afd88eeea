using MeanField.Core;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Multilevel;

/// <summary>Ensembles of a prepared run with other numbers of particles and steps: what their nets leave of the target.</summary>
internal sealed class LevelEnsembles(PreparedRun run, string folder, int threads, CancellationToken cancel)
{
    /// <summary>Of one batch, so that a small target does not need all ensembles in memory at a time.</summary>
    private const int ParticlesAtATime = 1 << 20;

    private readonly double[] scales = [.. run.Column(NodeTable.Weights).Select(Math.Sqrt)];
    private readonly double[] targets = run.Column(DataLaw.Target);

    /// <summary>Steps of all particles taken so far.</summary>
    public double Cost { get; private set; }

    /// <summary>
    /// For each replica from <paramref name="first"/> on, sqrt(weight) (f - fhat) at the nodes at the end, so that sums of squares are risks; null where a
    /// particle left the finite numbers. The noise is that of 2^<paramref name="noiseLevel"/> times as many steps.
    /// </summary>
    public double[][]? Residuals(int particles, int firstParticle, long steps, int noiseLevel, int first, int replicas)
    {
        Cost += (double)particles * steps * replicas;
        var rows = new List<double[]>();
        var atATime = Math.Max(1, ParticlesAtATime / particles);
        for (var done = 0; done < replicas; done += atATime)
        {
            var batch = Math.Min(atATime, replicas - done);
            var options = new SimulationOptions(threads, folder, null, false, noiseLevel)
            {
                FirstReplica = first + done,
                FirstParticle = firstParticle,
            };
            if (Batch(run with { Problem = ProblemModule.resized(particles, (int)steps, batch, run.Problem) }, options) is not { } outputs)
                return null;
            rows.AddRange(outputs.Select(Residual));
        }
        return [.. rows];
    }

    private IEnumerable<double[]>? Batch(PreparedRun sized, SimulationOptions options)
    {
        using var simulation = new Simulation(sized, options);
        var breakdown = new Breakdown();
        for (var step = 0; step < sized.Problem.Run.Steps && breakdown.First is null; step++)
        {
            cancel.ThrowIfCancellationRequested();
            simulation.Advance((uint)step, full: false, breakdown, isNextFull: step + 1 < sized.Problem.Run.Steps ? false : null);
        }
        var seen = breakdown.First is null ? simulation.Observe((uint)sized.Problem.Run.Steps, breakdown) : [];
        return breakdown.First is null ? [.. seen.Select(observation => observation.Fhat)] : null;
    }

    private double[] Residual(double[] outputs) => [.. outputs.Select((output, node) => scales[node] * (targets[node] - output))];
}

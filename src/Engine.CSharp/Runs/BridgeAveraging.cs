using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Runs;

/// <summary>
/// Both bounds of D(mu || gamma_tau) for the law mu of one particle of an Euler chain from 0 whose drift u at each step is a function of the
/// particle, given the moments of its ensemble. With G = exp(SUM u_k.dW_k - (eta/2)|u_k|^2) the density dmu/dgamma at W_tau is the mean of G
/// over Brownian bridges from 0 to W_tau; with M bridges the mean of log((1/M) SUM G_m) is too low, and with the particle's own path among
/// them too high (theory.md, section 5).
/// </summary>
internal sealed class BridgeAveraging : IDisposable
{
    private const int Bridges = 128;
    private const int Particles = 256;
    private readonly SimulationOptions options;
    private readonly VectorTarget target;
    private readonly Run settings;
    private readonly double step;
    private readonly ParticleLayout ensembles;
    private readonly FrozenLaw paths;
    private readonly FrozenLaw bridges;
    private readonly List<LawMoments>[] moments;

    public BridgeAveraging(PreparedRun run, FrozenPrograms programs, ParticleLayout ensembles, SimulationOptions options)
    {
        (this.options, this.ensembles, target, settings) = (options, ensembles, run.Step.Target, run.Problem.Run);
        step = settings.Horizon.Value / settings.Steps;
        var count = Math.Min(Particles, settings.Particles);
        paths = new FrozenLaw(run, programs, ensembles, new ParticleLayout(count, ensembles.Dimension));
        bridges = new FrozenLaw(run, programs, ensembles, new ParticleLayout(count * Bridges, ensembles.Dimension));
        moments = [.. Enumerable.Range(0, settings.Replicas).Select(_ => new List<LawMoments>())];
    }

    /// <summary>Bytes held: the moments of every step, and the bridges now and next with their noise, drifts and weights.</summary>
    public static double MemoryOf(PreparedRun run, FrozenPrograms programs, ParticleLayout ensembles)
    {
        var settings = run.Problem.Run;
        var count = Math.Min(Particles, settings.Particles);
        var bridges = new ParticleLayout(count * Bridges, ensembles.Dimension);
        var (ofBridges, moments) = FrozenLaw.SizeOf(run, programs, ensembles, bridges);
        var (ofPaths, _) = FrozenLaw.SizeOf(run, programs, ensembles, new ParticleLayout(count, ensembles.Dimension));
        var states = 4.0 * bridges.Length + 2.0 * bridges.Particles;
        return ofBridges + ofPaths + sizeof(double) * (states + (double)settings.Replicas * settings.Steps * moments);
    }

    /// <summary>Takes note of the law of a replica, once before every step.</summary>
    public void Note(Ensemble ensemble) => moments[ensemble.Replica].Add(LawOf(ensemble));

    /// <summary>The law of a replica as it is.</summary>
    public LawMoments LawOf(Ensemble ensemble) => paths.Of(ensemble);

    /// <summary>The laws noted so far, by replica.</summary>
    public IReadOnlyList<LawMoments>[] Noted() => [.. moments.Select(laws => laws.ToArray())];

    /// <summary>Goes on after laws that an earlier run has noted.</summary>
    public void Restore(IReadOnlyList<IReadOnlyList<LawMoments>> noted)
    {
        for (var replica = 0; replica < moments.Length; replica++)
            moments[replica].AddRange(noted[replica]);
    }

    /// <summary>The bounds by some of a replica's particles.</summary>
    public (double Lower, double Upper) Of(int replica)
    {
        var own = new WeighedPaths(paths, step);
        var increments = new PathIncrements(options, settings, ensembles, target, (uint)replica);
        own.Run(moments[replica], (k, state, drifts) => Euler(state, drifts, increments.Of(k, state.Length)));
        var ends = own.State;
        var others = new WeighedPaths(bridges, step);
        var noise = new NormalNoise<double>(unchecked((ulong)settings.Seed), bridges.Layout, target);
        others.Run(moments[replica], (k, state, _) => Bridge(k, state, ends, noise, (uint)replica));
        return Bounds(own.Logarithms, others.Logarithms);
    }

    public void Dispose()
    {
        paths.Dispose();
        bridges.Dispose();
    }

    private double[] Euler(double[] state, double[] drifts, double[] increments) =>
        [.. state.Select((w, k) => w + step * drifts[k] + Math.Sqrt(step) * increments[k])];

    /// <summary>The next state of the bridges, of which each end has 128: the last step lands there.</summary>
    private double[] Bridge(int number, double[] state, double[] ends, NormalNoise<double> noise, uint replica)
    {
        var left = settings.Steps - number;
        var (share, deviation) = (1.0 / left, Math.Sqrt(step * (left - 1) / left));
        var next = new double[bridges.Layout.Length];
        noise.Fill(first: 0, (uint)number, replica, NoiseStream.Bridge, next);
        for (var particle = 0; particle < bridges.Layout.Particles; particle++)
        for (var component = 0; component < bridges.Layout.Dimension; component++)
        {
            var k = bridges.Layout.Index(particle, component);
            var end = ends[paths.Layout.Index(particle / Bridges, component)];
            next[k] = state[k] + share * (end - state[k]) + deviation * next[k];
        }
        return next;
    }

    private static (double, double) Bounds(double[] own, double[] others)
    {
        var (lower, upper) = (0.0, 0.0);
        for (var particle = 0; particle < own.Length; particle++)
        {
            var bridges = others[(particle * Bridges)..((particle + 1) * Bridges)];
            lower += new ExponentialMoment(bridges).Log(1);
            bridges[^1] = own[particle];
            upper += new ExponentialMoment(bridges).Log(1);
        }
        return (lower / own.Length, upper / own.Length);
    }
}

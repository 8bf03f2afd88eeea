using MeanField.Core;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Laziness;

/// <summary>
/// The laws mu_t of the greedy dynamics at equal times 0, ..., tau, each through its moments, replica by replica; by Heun's scheme, whose law is
/// right to second order in the step.
/// </summary>
internal sealed class GreedyFlow
{
    private readonly PreparedRun run;
    private readonly FrozenPrograms programs;
    private readonly IReadOnlyList<LawMoments[]> laws;

    private GreedyFlow(PreparedRun run, FrozenPrograms programs, NetRun net, IReadOnlyList<LawMoments[]> laws) =>
        (this.run, this.programs, Net, this.laws) = (run, programs, net, laws);

    /// <summary>R.</summary>
    public int Replicas => run.Problem.Run.Replicas;

    /// <summary>The net at the end.</summary>
    public NetRun Net { get; }

    /// <summary>Simulates it.</summary>
    /// <exception cref="FaultException">An objective whose law cannot be held fixed.</exception>
    public static GreedyFlow Of(Problem problem, NetOptions options, CancellationToken cancel)
    {
        var greedy = options.Of(problem, Dynamics.Greedy, Scheme.Heun, NetOptions.AllNodes);
        var run = PreparedRun.Of(greedy, options.Folder);
        var programs = DynamicsPrograms.frozen(greedy).Value(problem.Places.Of("energy.objective"));
        var layout = LayoutOf(run);
        var found = options.Journal.Of("greedy flow", Simulated);
        return new GreedyFlow(run, programs, new NetRun(run, 0, found.End), found.Laws);

        Found Simulated()
        {
            var laws = new List<LawMoments[]>();
            using var frozen = new FrozenLaw(run, programs, layout, new ParticleLayout(1, layout.Dimension));
            var net = NetRun.Of(run, options.Threads, false, false, cancel, look: ensembles => laws.Add([.. ensembles.Select(frozen.Of)]));
            return new Found(net.End, laws);
        }
    }

    private sealed record Found(NetEnd End, IReadOnlyList<LawMoments[]> Laws);

    /// <summary>Its drift at so many particles; the caller disposes it.</summary>
    public FrozenLaw At(ParticleLayout particles) => new(run, programs, LayoutOf(run), particles);

    private static ParticleLayout LayoutOf(PreparedRun run) =>
        new(run.Problem.Run.Particles, KernelProgramModule.dimension(run.Programs.Step));

    /// <summary>The law of a replica before step k, or at the end for k = K.</summary>
    public LawMoments Law(int k, int replica) => laws[k][replica];
}

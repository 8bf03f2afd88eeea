using MeanField.Core;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Runs;

/// <summary>
/// A run cut to a size whose steps take a moment, replicas first, then particles: a step costs in proportion to pairs. As many
/// replicas remain as are worked on at a time, and as many particles as keep every thread and process busy.
/// </summary>
/// <param name="Run">The run to measure.</param>
/// <param name="Scale">What a step of the whole run costs in steps of this one.</param>
internal sealed record StepSample(PreparedRun Run, double Scale)
{
    // A thread takes some tenth of a second for them; from there on the cost of a pair is flat.
    private const double MostPairs = 1 << 24;

    // With fewer, caches hold what they would not hold.
    private const int LeastParticles = 1 << 14;

    /// <summary>The sample of a run; the run itself where it is small.</summary>
    public static StepSample Of(PreparedRun run, SimulationOptions options, double mostPairs = MostPairs)
    {
        var asked = run.Problem.Run;
        var whole = PairsOf(run, asked.Particles);
        if (whole * asked.Replicas <= mostPairs)
            return new StepSample(run, 1);
        var layout = new ParticleLayout(asked.Particles, KernelProgramModule.dimension(run.Programs.Step));
        var replicas = Math.Min(asked.Replicas, Simulation.Crews(layout, asked.Replicas, options));
        var particles = ParticlesOf(run, mostPairs / replicas);
        var problem = ProblemModule.resized(particles, asked.Steps, replicas, run.Problem);
        var rounds = Math.Ceiling((double)asked.Replicas / replicas);
        return new StepSample(run with { Problem = problem }, rounds * whole / PairsOf(run, particles));
    }

    /// <summary>Pairs of a step of one replica: of particles and nodes or fresh samples, and of particles among themselves where the program has such.</summary>
    internal static double PairsOf(PreparedRun run, int particles) => (double)particles * (run.Inputs + (run.HasOthers ? particles : 0));

    private static int ParticlesOf(PreparedRun run, double pairs)
    {
        var particles = run.Problem.Run.Particles;
        var fraction = pairs / PairsOf(run, particles);
        var fewer = particles * (run.HasOthers ? Math.Sqrt(fraction) : fraction);
        return (int)Math.Clamp(fewer, Math.Min(particles, run.HasOthers ? 1 : LeastParticles), particles);
    }
}

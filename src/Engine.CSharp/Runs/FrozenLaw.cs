using System.Runtime.InteropServices;
using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.InputLaws;

namespace MeanField.Engine.Runs;

/// <summary>The sums over particles through which a law acts, by name.</summary>
internal sealed record LawMoments(IReadOnlyDictionary<string, double[]> Values);

/// <summary>
/// The tilt -psi/c and the drift at any particles while a law is held fixed by its moments. Moments have the precision of the run, all else is
/// float64. Not thread-safe.
/// </summary>
internal sealed class FrozenLaw : IDisposable
{
    private readonly KernelProgram moments;
    private readonly Evaluation ofLaw;
    private readonly Evaluation ofParticles;

    /// <summary>Binds the programs to the ensembles of a run and to the particles of <paramref name="layout"/>.</summary>
    public FrozenLaw(PreparedRun run, FrozenPrograms programs, ParticleLayout ensembles, ParticleLayout layout)
    {
        var target = run.Step.Target;
        (moments, Layout) = (programs.Moments, layout);
        var uniforms = run.UniformsOf(programs.NodeMeans, ensembles.Particles);
        ofLaw = Bound(CompiledProgram.Compile(programs.Moments, target, run.Problem.Run.Precision), ensembles);
        ofParticles = Bound(CompiledProgram.Compile(programs.Frozen, target), layout);

        Evaluation Bound(CompiledProgram program, ParticleLayout particles)
        {
            var evaluation = new Evaluation(program, particles, run.Nodes, memoryCap: 0);
            foreach (var uniform in program.Program.Uniforms.Where(uniform => uniforms.ContainsKey(uniform.Name)))
                evaluation.SetUniform(uniform.Name, uniforms[uniform.Name]);
            foreach (var column in program.Program.NodeColumns.Where(column => run.HasColumn(column.Name)))
                evaluation.SetNodeColumn(column.Name, run.Column(column.Name));
            return evaluation;
        }
    }

    /// <summary>Bytes of the evaluations, and numbers of one <see cref="LawMoments"/>.</summary>
    public static (double Bytes, double Moments) SizeOf(
        PreparedRun run,
        FrozenPrograms programs,
        ParticleLayout ensembles,
        ParticleLayout layout
    )
    {
        var target = run.Step.Target;
        var ofLaw = CompiledProgram.Compile(programs.Moments, target, run.Problem.Run.Precision);
        var bytes = Of(ofLaw, ensembles) + Of(CompiledProgram.Compile(programs.Frozen, target), layout);
        return (bytes, programs.Moments.Outputs.Select(output => programs.Moments.Code[output.Value]).Sum(Length));

        double Of(CompiledProgram program, ParticleLayout particles) =>
            EvaluationMemory.Of(program, particles, run.Nodes, workers: 1, memoryCap: 0).Total;

        double Length(Value value) => value.Axes == Axes.Node ? (double)run.Nodes * value.Width : value.Width;
    }

    /// <summary>The particles at which tilt and drift are taken.</summary>
    public ParticleLayout Layout { get; }

    /// <summary>The moments of a replica as it is.</summary>
    public LawMoments Of(Ensemble ensemble)
    {
        ofLaw.Evaluate(ensemble.State);
        return new(
            moments.Outputs.ToDictionary(
                output => output.Name,
                output => moments.Code[output.Value].Axes == Axes.Node ? ofLaw.Node(output.Name) : ofLaw.Uniform(output.Name)
            )
        );
    }

    /// <summary>Holds a law fixed.</summary>
    public void Hold(LawMoments law)
    {
        foreach (var output in moments.Outputs)
            if (moments.Code[output.Value].Axes == Axes.Node)
                ofParticles.SetNodeColumn(output.Name, law.Values[output.Name]);
            else
                ofParticles.SetUniform(output.Name, law.Values[output.Name]);
    }

    /// <summary>The tilt at every particle of a float64 storage; with <paramref name="drifts"/>, of the storage's length, also the drift there.</summary>
    public double[] At(AlignedBuffer particles, double[]? drifts = null)
    {
        var tilts = new double[Layout.Particles];
        ofParticles.Evaluate(
            particles,
            (superblock, _, outputs) => Scatter(superblock, MemoryMarshal.Cast<byte, double>(outputs), tilts, drifts)
        );
        return tilts;
    }

    public void Dispose()
    {
        ofLaw.Dispose();
        ofParticles.Dispose();
    }

    /// <summary>Outputs of a block of 16 lanes: the tilt, then the components of the drift.</summary>
    private void Scatter(int superblock, ReadOnlySpan<double> outputs, double[] tilts, double[]? drifts)
    {
        const int lanes = ParticleLayout.Lanes;
        var (first, dimension) = (Layout.FirstParticle(superblock), Layout.Dimension);
        for (var block = 0; block * lanes < Layout.ParticleCount(superblock); block++)
        {
            var values = outputs.Slice(block * (dimension + 1) * lanes, (dimension + 1) * lanes);
            var particle = first + block * lanes;
            values[..Math.Min(lanes, Layout.Particles - particle)].CopyTo(tilts.AsSpan(particle));
            if (drifts is not null)
                values[lanes..].CopyTo(drifts.AsSpan(particle * dimension));
        }
    }
}

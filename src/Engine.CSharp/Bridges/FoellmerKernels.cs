using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Minimisers;

namespace MeanField.Engine.Bridges;

/// <summary>The programs of an optimal control, compiled.</summary>
internal sealed record FoellmerKernels(
    FoellmerPrograms Programs,
    CompiledProgram Terminal,
    CompiledProgram Transition,
    CompiledProgram OfNeurons,
    CompiledProgram Potential,
    IReadOnlyDictionary<string, double[]> Means
)
{
    /// <summary>Derives and compiles them.</summary>
    /// <exception cref="FaultException">The objective has no dual, or no program expresses its control.</exception>
    public static FoellmerKernels Of(MinimiserProblem problem)
    {
        var programs = FoellmerProgramsModule.ofProblem(problem.Problem).Value(problem.Problem.Places.Of("energy.objective"));
        var target = problem.Law.Target;
        return new(
            programs,
            CompiledProgram.Compile(programs.Terminal, target),
            CompiledProgram.Compile(programs.Transition, target),
            CompiledProgram.Compile(programs.OfNeurons, target),
            CompiledProgram.Compile(programs.Potential, target),
            NodesOfProblem.MeansOver(programs.NodeMeans, problem.Table)
        );
    }

    /// <summary>A program bound to the problem, with the means over its nodes. The caller disposes it.</summary>
    public Evaluation Bind(MinimiserProblem problem, CompiledProgram program, ParticleLayout layout, Team? team)
    {
        var evaluation = problem.Bind(program, layout, team);
        foreach (var uniform in program.Program.Uniforms.Where(uniform => Means.ContainsKey(uniform.Name)))
            evaluation.SetUniform(uniform.Name, Means[uniform.Name]);
        return evaluation;
    }

    /// <summary>d.</summary>
    public int Dimension => Programs.IsAffine.Length;

    /// <summary>The components that the noise moves: those that no integral was taken over.</summary>
    public int[] Moved { get; } = [.. Enumerable.Range(0, Programs.IsAffine.Length).Where(i => !Programs.IsAffine[i])];

    /// <summary>The components that enter H affinely.</summary>
    public int[] Affine { get; } = [.. Enumerable.Range(0, Programs.IsAffine.Length).Where(i => Programs.IsAffine[i])];
}

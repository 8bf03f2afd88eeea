using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Tests.Collectives;
using MeanField.Engine.Tests.Programs;

namespace MeanField.Engine.Tests.Compile;

/// <summary>What an evaluation is said to need before it exists, against what it holds once it has run.</summary>
public sealed class EvaluationMemoryTests
{
    private const int Nodes = 40;

    // Scratch vectors of one tile and the frame are left out of the estimate: where little else is held, two vectors of 64 particles.
    private const double LeftOut = 0.05;
    private const double Tile = 2 * 64 * sizeof(double);

    [Theory]
    [InlineData(Precision.Double, 100_000_000)]
    [InlineData(Precision.Single, 100_000_000)]
    [InlineData(Precision.Mixed, 300_000)]
    [InlineData(Precision.Double, 0)]
    public void Estimates_count_what_an_evaluation_allocates(Precision precision, long memoryCap)
    {
        Check(CompiledProgram.Compile(SineNeuron.Step(), VectorTargets.Default, precision), 20_000, memoryCap);
        Check(CompiledProgram.Compile(ManyShapes.Of(40), VectorTargets.Default, precision), 100_000, memoryCap);
        Check(CompiledProgram.Compile(Pairs(), VectorTargets.Default, precision), 20_001, memoryCap);
        Check(CompiledProgram.Compile(Features(), VectorTargets.Default, precision), 600, memoryCap);
    }

    [Fact]
    public void Values_carried_between_the_parts_of_a_sweep_are_counted()
    {
        var whole = CompiledProgram.Compile(Pairs(), VectorTargets.Default);
        var parts = CompiledProgram.InParts(Pairs(), VectorTargets.Default, Precision.Double, limit: 40);

        Check(parts, 3_000, 0);
        Assert.True(Estimate(parts, 3_000, 0) > Estimate(whole, 3_000, 0) + 3_000 * 8 * parts.TileParticles);
    }

    /// <summary>Of 40 superblocks the largest of three processes has 14.</summary>
    [Fact]
    public void The_estimate_is_that_of_the_process_with_the_most_superblocks()
    {
        var compiled = CompiledProgram.Compile(SineNeuron.Step(), VectorTargets.Default);
        var held = Ranks.Run(3, ranks => Held(compiled, 20_000, 100_000_000, ranks));
        var estimate = EvaluationMemory.Of(compiled, Layout(compiled, 20_000), Nodes, 1, 100_000_000, processes: 3).Total;
        Assert.InRange(held.Max(), (1 - LeftOut) * estimate, (1 + LeftOut) * estimate);
    }

    private static KernelProgram Pairs()
    {
        var code = new ProgramBuilder();
        var (w, v) = (code.Block("w"), code.Other("w"));
        var distance = code.Subtract(w, v);
        var pull = code.Elementary("exp", code.Multiply(code.Literal(-1), code.Multiply(distance, distance)));
        var push = code.Elementary("tanh", code.Multiply(distance, code.Elementary("sin", v)));
        return code.Output("drift", code.Sum(Axes.Other, code.Multiply(pull, push), code.Elementary("cos", distance))).Build();
    }

    private static KernelProgram Features()
    {
        var code = new ProgramBuilder();
        return code.Output("feature", code.Elementary("tanh", code.Multiply(code.Block("w"), code.Column("x")))).Build();
    }

    private static double Estimate(CompiledProgram compiled, int particles, long memoryCap) =>
        EvaluationMemory.Of(compiled, Layout(compiled, particles), Nodes, 1, memoryCap).Total;

    private static ParticleLayout Layout(CompiledProgram compiled, int particles) =>
        new(particles, KernelProgramModule.dimension(compiled.Program));

    private static void Check(CompiledProgram compiled, int particles, long memoryCap)
    {
        var estimate = Estimate(compiled, particles, memoryCap);
        Assert.InRange(Held(compiled, particles, memoryCap, null), (1 - LeftOut) * estimate, (1 + LeftOut) * estimate + Tile);
    }

    private static long Held(CompiledProgram compiled, int particles, long memoryCap, ICommunicator? ranks)
    {
        var (program, layout) = (compiled.Program, Layout(compiled, particles));
        using var evaluation = new Evaluation(compiled, layout, Nodes, team: null, memoryCap, ranks: ranks);
        foreach (var uniform in program.Uniforms)
            evaluation.SetUniform(uniform.Name, new double[uniform.Width]);
        foreach (var column in program.NodeColumns)
            evaluation.SetNodeColumn(column.Name, new double[Nodes * column.Width]);
        using var state = AlignedBuffer.Of<double>(layout.Length);
        evaluation.Evaluate(state);
        return evaluation.Bytes;
    }
}

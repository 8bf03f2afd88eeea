using System.Runtime.InteropServices;
using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Tests.Programs;

namespace MeanField.Engine.Tests.Compile;

public sealed class EvaluationTests
{
    [Theory]
    [InlineData(17, 33, 2)]
    [InlineData(600, 2, 3)]
    [InlineData(40, 2, 784)]
    public void Vectors_levels_and_three_stages_equal_the_interpreter(int particles, int nodes, int p)
    {
        var oracle = new Oracle(ManyShapes.Of(p), particles, nodes, seed: p);
        var expected = oracle.Interpret();
        Assert.All(expected["drift"], number => Assert.True(double.IsFinite(number)));
        foreach (var target in VectorTargets.Supported)
            BitEqual.Check(expected, oracle.Compile(target), target.ToString());
    }

    [Fact]
    public void Stored_partly_stored_and_recomputed_pair_values_equal_the_interpreter()
    {
        foreach (var program in new[] { SineNeuron.Step(), ManyShapes.Of(2) })
        {
            Assert.NotEmpty(new SweepPlan(program).Stored);
            var oracle = new Oracle(program, 1100, 2, seed: 6);
            var expected = oracle.Interpret();
            foreach (var cap in new[] { long.MaxValue, 40_000, 0 })
                BitEqual.Check(expected, oracle.Compile(VectorTargets.Default, memoryCap: cap), $"cap {cap}");
        }
    }

    [Fact]
    public void A_formula_of_many_functions_equals_the_interpreter()
    {
        var oracle = new Oracle(ManyNeurons.Of(16), 40, 3, seed: 5);
        BitEqual.Check(oracle.Interpret(), oracle.Compile(VectorTargets.Default), "many neurons");
    }

    [Fact]
    public void A_NaN_of_one_particle_stays_its_own_and_in_the_sums_it_enters()
    {
        var oracle = new Oracle(SineNeuron.Step(), 17, 2, seed: 1);
        oracle.Poison("c", 16, double.NaN);
        BitEqual.Check(oracle.Interpret(), oracle.Compile(VectorTargets.Default), "poisoned");
    }

    [Fact]
    public void NaN_in_padding_lanes_reaches_no_sum()
    {
        var code = new ProgramBuilder();
        var a = code.Block("a");
        // 1/0 - 1/0 is NaN on the zeros of the padding, finite on every particle.
        var wild = code.Subtract(
            code.Arithmetic(Operation.Divide, code.Literal(1), a),
            code.Arithmetic(Operation.Divide, code.Literal(1), a)
        );
        var program = code.Output("sum", code.Sum(Axes.Particle, code.Literal(1), wild)).Output("wild", wild).Build();
        foreach (var particles in new[] { 1, 5, 9, 17, 513 })
        {
            var oracle = new Oracle(program, particles, 0, seed: 2);
            Assert.Equal(0, oracle.Compile(VectorTargets.Default)["sum"][0]);
        }
    }

    /// <summary>The second sweep needs the dot of a vector that only the first one computed.</summary>
    [Fact]
    public void A_stored_dot_is_loaded_without_its_vectors()
    {
        var code = new ProgramBuilder();
        var (a, weight) = (code.Block("a"), code.Column("weight"));
        var dot = code.Dot(code.Elementary("sin", code.Block("b", 17)), code.Column("x", 17));
        var moment = code.Sum(Axes.Particle, a, code.Elementary("relu", dot));
        var drift = code.Sum(Axes.Node, code.Multiply(weight, moment), code.Elementary("heaviside", dot));
        var program = code.Output("drift", drift).Build();
        Assert.Contains(dot, new SweepPlan(program).Stored);
        var oracle = new Oracle(program, 40, 3, seed: 4);
        foreach (var target in VectorTargets.Supported)
            BitEqual.Check(oracle.Interpret(), oracle.Compile(target), target.ToString());
    }

    /// <summary>Distances and their gradients: vectors of pairs that only matrix tiles read, and one that a sum over particles reads too.</summary>
    [Theory]
    [InlineData(Precision.Double, 17, 33)]
    [InlineData(Precision.Single, 530, 37)]
    [InlineData(Precision.Mixed, 40, 70)]
    public void Vectors_of_pairs_equal_the_interpreter(Precision precision, int particles, int nodes)
    {
        const int width = 13;
        var code = new ProgramBuilder();
        var (a, b, x, v) = (code.Block("a"), code.Block("b", width), code.Column("x", width), code.Other("b"));
        var (difference, product, apart) = (code.Subtract(b, x), code.Multiply(x, b), code.Subtract(b, v));
        var near = code.Elementary("gauss", code.Dot(difference, difference));
        var mixed = code.Elementary("sin", code.Add(code.Dot(difference, product), code.Dot(x, difference)));
        var others = code.Elementary("decay", code.Dot(apart, apart));
        var program = code.Output("near", code.Sum(Axes.Particle, a, near))
            .Output("product", code.Sum(Axes.Particle, mixed, product))
            .Output("drift", code.Sum(Axes.Node, near, difference))
            .Output("second", code.Sum(Axes.Node, mixed, code.Arithmetic(Operation.Max, x, b)))
            .Output("repulsion", code.Sum(Axes.Other, others, apart))
            .Build();
        var oracle = new Oracle(program, particles, nodes, seed: 8);
        foreach (var target in VectorTargets.Supported)
            BitEqual.Check(oracle.Interpret(precision), oracle.Compile(target, precision: precision), target.ToString());
    }

    [Fact]
    public void Padding_of_the_outputs_is_zero()
    {
        var layout = new ParticleLayout(3, 3);
        using var state = AlignedBuffer.Of<double>(layout.Length);
        foreach (var target in new[] { VectorTarget.Scalar, VectorTargets.Default })
        {
            using var evaluation = SineEvaluation(layout, target);
            evaluation.Evaluate(
                state,
                (_, _, outputs) => Assert.All(MemoryMarshal.Cast<byte, double>(outputs)[3..16].ToArray(), number => Assert.Equal(0, number))
            );
        }
    }

    [Fact]
    public void Superblocks_reach_the_sink_once_each()
    {
        var layout = new ParticleLayout(1300, 3);
        using var state = AlignedBuffer.Of<double>(layout.Length);
        using var evaluation = SineEvaluation(layout, VectorTargets.Default);
        var seen = new List<int>();
        evaluation.Evaluate(
            state,
            (superblock, _, outputs) =>
            {
                seen.Add(superblock);
                Assert.Equal(layout.Range(superblock, 3).Length * sizeof(double), outputs.Length);
            }
        );
        Assert.Equal([0, 1, 2], seen);
    }

    [Fact]
    public void Uniforms_can_change_without_a_new_kernel()
    {
        var layout = new ParticleLayout(20, 3);
        using var state = AlignedBuffer.Of<double>(layout.Length);
        layout.FromRows<double>([.. Enumerable.Range(1, 60).Select(k => k / 60.0)], state);
        using var evaluation = SineEvaluation(layout, VectorTargets.Default);
        evaluation.Evaluate(state);
        var cold = evaluation.Uniform("cost")[0];
        evaluation.SetUniform("beta", 2);
        evaluation.Evaluate(state);
        Assert.Equal(4 * cold, evaluation.Uniform("cost")[0]);
    }

    [Fact]
    public void An_input_that_was_never_set_is_named()
    {
        var layout = new ParticleLayout(1, 3);
        using var state = AlignedBuffer.Of<double>(layout.Length);
        using var evaluation = new Evaluation(CompiledProgram.Compile(SineNeuron.Step(), VectorTarget.Scalar), layout, 1);
        var error = Assert.Throws<InvalidOperationException>(() => evaluation.Evaluate(state));
        Assert.Contains("beta", error.Message, StringComparison.Ordinal);
    }

    [Fact]
    public void A_function_that_does_not_exist_is_refused()
    {
        var refused = new ProgramBuilder();
        var onParticles = refused.Output("sine", refused.Elementary("sine", refused.Block("a"))).Build();
        var fault = Assert.Throws<FaultException>(() => CompiledProgram.Compile(onParticles, VectorTarget.Scalar)).Fault;
        Assert.True(fault.IsUnsupported);
        Assert.Contains("'sine'", FaultModule.message(fault), StringComparison.Ordinal);
    }

    [Theory]
    [InlineData(Precision.Double)]
    [InlineData(Precision.Mixed)]
    public void A_formula_of_500_terms_equals_the_interpreter(Precision precision)
    {
        var oracle = new Oracle(ManyNeurons.Of(500), 32, 3, seed: 1);
        BitEqual.Check(oracle.Interpret(precision), oracle.Compile(VectorTargets.Default, precision: precision), "500 terms");
    }

    /// <summary>In mixed precision a particle value takes twice the registers of a pair.</summary>
    [Theory]
    [InlineData(Precision.Double)]
    [InlineData(Precision.Single)]
    [InlineData(Precision.Mixed)]
    public void Kernels_of_many_particle_values_keep_the_limit_of_statements(Precision precision)
    {
        var code = new ProgramBuilder();
        var (b, total) = (code.Block("b"), code.Literal(0));
        for (var k = 1; k <= 52; k++)
            total = code.Add(code.Elementary("tanh", code.Multiply(code.Literal(k), b)), total);
        var drift = code.Sum(Axes.Node, code.Column("weight"), code.Elementary("sin", code.Multiply(total, code.Column("x"))));
        var program = code.Output("drift", drift).Build();
        foreach (var target in VectorTargets.Supported)
        {
            var compiled = CompiledProgram.Compile(program, target, precision);
            compiled.Sweep(0, storing: false, tail: false);
            Assert.All(compiled.Builds, build => Assert.InRange(build.Statements, 1, NestParts.Limit));
        }
    }

    [Fact]
    public void Programs_are_compiled_once_per_target()
    {
        var compiled = CompiledProgram.Compile(SineNeuron.Step(), VectorTarget.Scalar);
        Assert.Same(compiled, CompiledProgram.Compile(SineNeuron.Step(), VectorTarget.Scalar));
    }

    [Fact]
    public void The_size_of_a_kernel_does_not_depend_on_the_width_of_vectors() => Assert.Equal(Statements(40), Statements(784));

    [Theory]
    [InlineData(null, VectorTarget.Bits512, VectorTarget.Bits512)]
    [InlineData("512", VectorTarget.Bits512, VectorTarget.Bits512)]
    [InlineData("512", VectorTarget.Bits256, VectorTarget.Bits256)]
    [InlineData("256", VectorTarget.Bits512, VectorTarget.Bits256)]
    [InlineData("128", VectorTarget.Bits512, VectorTarget.Bits128)]
    [InlineData("128", VectorTarget.Scalar, VectorTarget.Scalar)]
    [InlineData("0", VectorTarget.Bits512, VectorTarget.Scalar)]
    [InlineData(null, VectorTarget.Scalar, VectorTarget.Scalar)]
    public void The_target_follows_the_variable_and_the_processor(string? forced, VectorTarget widest, VectorTarget expected) =>
        Assert.Equal(expected, VectorTargets.Choose(forced, [.. Enum.GetValues<VectorTarget>().Where(target => target <= widest)]));

    [Fact]
    public void A_width_that_does_not_exist_is_refused() =>
        Assert.Equal(
            "key WORKBENCH_VECTOR_BITS: found '7'; expected 512, 256, 128 or 0; leave the variable out for the widest vectors of this processor",
            FaultModule.message(Assert.Throws<FaultException>(() => VectorTargets.Choose("7", VectorTargets.Supported)).Fault)
        );

    private static int Statements(int p)
    {
        var program = ManyShapes.Of(p);
        var plan = new SweepPlan(program);
        var formats = new ProgramFormats(program, Precision.Double);
        var lanes = new KernelLanes(formats, VectorTarget.Scalar, particles: 1);
        var tables = new TableLayout(program, formats);
        var generator = new NestGenerator(
            tables,
            plan.NestOf(0, storing: true),
            new SweepMemory(plan.Stored, new CarryLayout([], tables, 1), new SumLayout(program, [.. program.Stages[0].Reductions]), []),
            lanes,
            masked: false
        );
        generator.Generate("Size");
        return generator.StatementCount;
    }

    private static Evaluation SineEvaluation(ParticleLayout layout, VectorTarget target)
    {
        var evaluation = new Evaluation(CompiledProgram.Compile(SineNeuron.Step(), target), layout, 2);
        evaluation.SetNodeColumn("x", [-0.5, 0.5]);
        evaluation.SetNodeColumn("f", [1, -1]);
        evaluation.SetNodeColumn("weight", [0.5, 0.5]);
        evaluation.SetUniform("beta", 1);
        evaluation.SetUniform("1/N", 1.0 / layout.Particles);
        return evaluation;
    }
}

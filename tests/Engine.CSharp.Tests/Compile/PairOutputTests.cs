using System.Runtime.InteropServices;
using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Tests.Programs;

namespace MeanField.Engine.Tests.Compile;

public sealed class PairOutputTests
{
    private const int Nodes = 3;

    /// <summary>phi = tanh(w x) at every node and sin(w) of every particle, and a sum that makes the first sweep compute phi too.</summary>
    private static KernelProgram Features(bool twoSweeps)
    {
        var code = new ProgramBuilder();
        var (w, x) = (code.Block("w"), code.Column("x"));
        var feature = code.Elementary("tanh", code.Multiply(w, x));
        var own = code.Elementary("sin", w);
        if (twoSweeps)
            own = code.Multiply(own, code.Sum(Axes.Node, code.Sum(Axes.Particle, w, feature), code.Multiply(x, x)));
        return code.Output("own", own).Output("feature", feature).Output("again", feature).Build();
    }

    [Theory]
    [InlineData(3, 1)]
    [InlineData(1300, 1)]
    [InlineData(17 * 512 + 100, 1)]
    [InlineData(17 * 512 + 100, 3)]
    public void Chunks_of_a_group_come_in_order_with_the_outputs_of_their_particles(int particles, int threads)
    {
        using var team = new Team(threads);
        var layout = new ParticleLayout(particles, 1);
        var numbers = Enumerable.Range(0, particles).Select(k => Math.Sin(k)).ToArray();
        using var state = AlignedBuffer.Of<double>(layout.Length);
        layout.FromRows<double>(numbers, state);
        using var evaluation = new Evaluation(CompiledProgram.Compile(Features(false), VectorTargets.Default), layout, Nodes, team);
        evaluation.SetNodeColumn("x", [-1, 0.5, 2]);
        var chunks = Enumerable.Range(0, evaluation.Groups).Select(_ => new List<(int First, int Count)>()).ToArray();
        evaluation.Evaluate(
            state,
            pairs: chunk =>
            {
                chunks[chunk.Group].Add((chunk.First, chunk.Count));
                var own = MemoryMarshal.Cast<byte, double>(chunk.Outputs);
                Assert.Equal((chunk.Count + 15) / 16 * 16, own.Length);
                for (var k = 0; k < chunk.Count; k++)
                    Assert.Equal(Math.Sin(numbers[chunk.First + k]), own[k], 1e-15);
                for (var output = 0; output < 2; output++)
                    Assert.Equal(Math.Tanh(0.5 * numbers[chunk.First]), chunk.Row<double>(output, 1)[0], 1e-15);
            }
        );
        Assert.InRange(evaluation.Groups, 1, 16);
        var next = 0;
        foreach (var (first, count) in chunks.SelectMany(group => group))
        {
            Assert.Equal(next, first);
            Assert.InRange(count, 1, 512);
            next += count;
        }
        Assert.Equal(particles, next);
    }

    [Fact]
    public void A_pair_output_that_an_earlier_sweep_stored_is_handed_out()
    {
        var program = Features(true);
        Assert.NotEmpty(new SweepPlan(program).Stored);
        var oracle = new Oracle(program, 530, Nodes, seed: 3);
        foreach (var precision in Enum.GetValues<Precision>())
        foreach (var target in VectorTargets.Supported)
        {
            BitEqual.Check(oracle.Interpret(precision), oracle.Compile(target, precision: precision), $"{target} {precision}");
            BitEqual.Check(oracle.Interpret(precision), oracle.CompileInParts(target, precision, 8), $"{target} {precision} in parts");
        }
    }

    [Fact]
    public void Rows_are_read_in_their_own_format_only()
    {
        var layout = new ParticleLayout(1, 1);
        using var state = AlignedBuffer.Of<double>(layout.Length);
        using var evaluation = new Evaluation(CompiledProgram.Compile(Features(false), VectorTargets.Default), layout, Nodes);
        evaluation.SetNodeColumn("x", [-1, 0.5, 2]);
        Assert.Throws<ArgumentOutOfRangeException>(() => evaluation.Evaluate(state, pairs: chunk => chunk.Row<float>(0, 0)));
        Assert.Throws<ArgumentException>(() => evaluation.PairOutput("own"));
        Assert.Equal(1, evaluation.PairOutput("again"));
    }
}

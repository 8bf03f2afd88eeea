using System.Runtime.InteropServices;
using MeanField.Core;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Tests.Programs;

namespace MeanField.Engine.Tests.Compile;

/// <summary>The first sweep of an evaluation, taken behind the last one of the evaluation before.</summary>
public sealed class OpeningTests
{
    // Three superblocks, the last one ragged.
    private static readonly ParticleLayout Layout = new(1300, 3);
    private static readonly CompiledProgram Step = CompiledProgram.Compile(SineNeuron.Step(), VectorTargets.Default);

    /// <summary>Two evaluations in turns, which share the memory of pair values or not, or do not keep any.</summary>
    [Theory]
    [InlineData(1, long.MaxValue, true)]
    [InlineData(2, long.MaxValue, true)]
    [InlineData(3, long.MaxValue, false)]
    [InlineData(2, 0, true)]
    public void A_chain_whose_next_evaluation_is_known_has_the_same_bits(int threads, long memoryCap, bool sharesStore)
    {
        using var team = new Team(threads);
        Assert.Equal(Chain(isKnown: false), Chain(isKnown: true));

        double[] Chain(bool isKnown)
        {
            using var first = Bound(team, memoryCap);
            using var second = Bound(team, memoryCap, sharesStore ? first : null);
            Evaluation[] turns = [first, first, second, second, first];
            using var state = Started();
            var seen = new List<double>();
            for (var turn = 0; turn < turns.Length; turn++)
            {
                var next = isKnown && turn + 1 < turns.Length ? new Opening(turns[turn + 1], state) : null;
                turns[turn].Evaluate(state, Mover(state), next);
                seen.AddRange(turns[turn].Uniform("cost"));
            }
            return [.. seen, .. state.Slice<double>(0, (int)Layout.Length)];
        }
    }

    /// <summary>Nobody but the sink writes to them by contract: who breaks it sees the particles of before.</summary>
    [Fact]
    public void Particles_swept_ahead_are_not_swept_again()
    {
        using var evaluation = Bound(null, long.MaxValue);
        using var state = Started();
        evaluation.Evaluate(state, null, new Opening(evaluation, state));
        var expected = evaluation.Node("fhat");
        state.Slice<double>(0, 16)[0] += 1;
        evaluation.Evaluate(state);
        Assert.Equal(expected, evaluation.Node("fhat"));
        evaluation.Evaluate(state);
        Assert.NotEqual(expected, evaluation.Node("fhat"));
    }

    [Fact]
    public void What_does_not_come_as_foretold_is_evaluated_from_its_beginning()
    {
        using var evaluation = Bound(null, long.MaxValue);
        using var other = Bound(null, long.MaxValue, evaluation);
        using var state = Started();
        using var shifted = Started();
        shifted.Slice<double>(0, 1)[0] += 1;

        Check(shifted, () => { });
        Check(state, () => evaluation.SetUniform("beta", 2));
        Check(state, () => evaluation.SetNodeColumn("x", [.. Enumerable.Range(0, Nodes).Select(node => node / 9.0)]));
        Check(state, () => other.Evaluate(shifted));

        void Check(AlignedBuffer particles, Action before)
        {
            evaluation.Evaluate(state, null, new Opening(evaluation, state));
            before();
            evaluation.Evaluate(particles);
            var found = evaluation.Uniform("cost")[0];
            evaluation.Evaluate(particles);
            Assert.Equal(evaluation.Uniform("cost")[0], found);
        }
    }

    /// <summary>Of other lengths of superblocks: the last sweep of one still reads where the first of the other would write.</summary>
    [Fact]
    public void Pair_values_of_another_shape_wait_for_the_whole_sweep()
    {
        var wider = CompiledProgram.Compile(TwoStored(), VectorTargets.Default);
        Assert.True(wider.Plan.Stored.Count > Step.Plan.Stored.Count);
        using var wide = new Evaluation(wider, Layout, Nodes, memoryCap: long.MaxValue);
        wide.SetNodeColumn("x", [.. Enumerable.Range(0, Nodes).Select(node => node / 8.0)]);
        using var step = Bound(null, long.MaxValue, wide);
        using var state = Started();

        double[] expected = [Cost(step, null), Cost(wide, null), Cost(step, null)];
        double[] found = [Cost(step, wide), Cost(wide, step), Cost(step, null)];
        Assert.Equal(expected, found);

        double Cost(Evaluation evaluation, Evaluation? next)
        {
            evaluation.Evaluate(state, null, next is null ? null : new Opening(next, state));
            return evaluation.Uniform("cost")[0];
        }
    }

    [Fact]
    public void Particles_that_look_at_one_another_are_all_in_place_first()
    {
        var code = new ProgramBuilder();
        var (a, x, other) = (code.Block("a"), code.Column("x"), code.Other("a"));
        var near = code.Sum(Axes.Other, code.Literal(1), code.Elementary("tanh", code.Subtract(a, other)));
        var pair = code.Elementary("sin", code.Multiply(code.Elementary("tanh", near), x));
        var moment = code.Sum(Axes.Particle, code.Literal(1), pair);
        var program = code.Output("drift", code.Sum(Axes.Node, moment, pair)).Build();
        Assert.NotEmpty(new SweepPlan(program).Stored);
        Assert.False(new SweepPlan(program).CanOpen);
    }

    private const int Nodes = 20;

    private static Evaluation Bound(Team? team, long memoryCap, Evaluation? storeOf = null)
    {
        var evaluation = new Evaluation(Step, Layout, Nodes, team, memoryCap, storeOf);
        var random = new Random(3);
        foreach (var uniform in Step.Program.Uniforms)
            evaluation.SetUniform(uniform.Name, [.. Enumerable.Range(0, uniform.Width).Select(_ => random.NextDouble())]);
        foreach (var column in Step.Program.NodeColumns)
            evaluation.SetNodeColumn(column.Name, [.. Enumerable.Range(0, Nodes * column.Width).Select(_ => random.NextDouble())]);
        return evaluation;
    }

    /// <summary>Keeps a tangent and a sine of each pair, which take longer to compute again than to store.</summary>
    private static KernelProgram TwoStored()
    {
        var code = new ProgramBuilder();
        var (a, b, c, x) = (code.Block("a"), code.Block("b"), code.Block("c"), code.Column("x"));
        var (first, second) = (code.Elementary("tanh", code.Multiply(a, x)), code.Elementary("sin", code.Multiply(b, x)));
        var moment = code.Sum(Axes.Particle, code.Multiply(c, first), second);
        var drift = code.Sum(Axes.Node, code.Multiply(moment, first), second);
        return code.Output("drift", drift).Output("cost", code.Sum(Axes.Particle, code.Literal(1), drift)).Build();
    }

    private static AlignedBuffer Started()
    {
        var state = AlignedBuffer.Of<double>(Layout.Length);
        var random = new Random(4);
        Layout.FromRows<double>([.. Enumerable.Range(0, Layout.Particles * 3).Select(_ => 2 * random.NextDouble() - 1)], state);
        return state;
    }

    /// <summary>A step along the drift, in place.</summary>
    private static ParticleSink Mover(AlignedBuffer state) =>
        (superblock, _, outputs) =>
        {
            var drift = MemoryMarshal.Cast<byte, double>(outputs);
            var now = state.Slice<double>(Layout.Range(superblock, 3).Start, drift.Length);
            for (var k = 0; k < now.Length; k++)
                now[k] += 0.1 * drift[k];
        };
}

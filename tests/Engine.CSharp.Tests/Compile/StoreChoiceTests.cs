using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Tests.Programs;

namespace MeanField.Engine.Tests.Compile;

public sealed class StoreChoiceTests
{
    [Fact]
    public void The_transcendental_is_stored_and_what_follows_from_it_cheaply_is_recomputed()
    {
        var program = SineNeuron.Step();
        Assert.Equal(["tanh"], Stored(program).Select(value => ((Instruction.Elementary)program.Code[value].Instruction).name));
    }

    [Fact]
    public void Of_a_sum_of_many_terms_the_sum_is_stored()
    {
        var program = ManyNeurons.Of(12);
        var stored = Assert.Single(Stored(program));
        Assert.Equal(1 + LastElementary(program), stored);
    }

    [Theory]
    [InlineData(3, 0)]
    [InlineData(40, 1)]
    public void A_dot_is_stored_where_it_is_long(int width, int count)
    {
        var code = new ProgramBuilder();
        var dot = code.Dot(code.Block("b", width), code.Column("x", width));
        var moment = code.Sum(Axes.Particle, code.Literal(1), dot);
        var program = code.Output("o", code.Sum(Axes.Node, moment, dot)).Build();
        Assert.Equal(count, Stored(program).Count);
    }

    private static IReadOnlyList<int> Stored(KernelProgram program) => new SweepPlan(program).Stored;

    private static int LastElementary(KernelProgram program) =>
        Array.FindLastIndex(program.Code, value => value.Instruction is Instruction.Elementary);
}

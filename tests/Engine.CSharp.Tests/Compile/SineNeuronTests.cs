using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Tests.Programs;

namespace MeanField.Engine.Tests.Compile;

public sealed class SineNeuronTests
{
    public static TheoryData<int, int> Sizes()
    {
        var sizes = new TheoryData<int, int>();
        foreach (var particles in new[] { 0, 1, 15, 16, 17, 32, 1000 })
        foreach (var nodes in new[] { 1, 2, 33 })
            sizes.Add(particles, nodes);
        return sizes;
    }

    [Theory, MemberData(nameof(Sizes))]
    public void All_targets_equal_the_interpreter_at_ragged_sizes(int particles, int nodes)
    {
        var oracle = new Oracle(SineNeuron.Step(), particles, nodes, seed: particles + nodes);
        foreach (var precision in Enum.GetValues<Precision>())
        {
            var expected = oracle.Interpret(precision);
            foreach (var target in VectorTargets.Supported)
                BitEqual.Check(expected, oracle.Compile(target, precision: precision), $"{target} {precision}");
        }
    }
}

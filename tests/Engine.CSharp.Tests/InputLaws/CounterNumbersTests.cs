using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Tests.InputLaws;

public sealed class CounterNumbersTests
{
    private static double[] Uniforms(ulong seed, NoiseStream stream, uint replica, uint step, uint sample, int count)
    {
        var numbers = new CounterNumbers(seed, stream, replica, step);
        var found = new double[count];
        numbers.MoveTo(sample);
        numbers.Uniforms(found);
        return found;
    }

    [Fact]
    public void Every_part_of_the_address_changes_the_numbers()
    {
        double[] first =
        [
            Uniforms(1, NoiseStream.Batch, 0, 0, 0, 1)[0],
            Uniforms(2, NoiseStream.Batch, 0, 0, 0, 1)[0],
            Uniforms(1, NoiseStream.Fresh, 0, 0, 0, 1)[0],
            Uniforms(1, NoiseStream.Batch, 1, 0, 0, 1)[0],
            Uniforms(1, NoiseStream.Batch, 0, 1, 0, 1)[0],
            Uniforms(1, NoiseStream.Batch, 0, 0, 1, 1)[0],
        ];

        Assert.Equal(6, first.Distinct().Count());
    }

    [Fact]
    public void A_prefix_does_not_depend_on_how_many_numbers_are_asked_for() =>
        Assert.Equal(Uniforms(1, NoiseStream.Rule, 2, 3, 4, 9)[..4], Uniforms(1, NoiseStream.Rule, 2, 3, 4, 4));

    [Fact]
    public void Normals_are_those_of_the_noise_of_particles()
    {
        var numbers = new CounterNumbers(5, NoiseStream.Fresh, replica: 2, step: 3);
        var found = new double[7];
        numbers.MoveTo(11);
        numbers.Normals(found);
        var noise = new NormalNoise<double>(5, new ParticleLayout(16, 7), VectorTarget.Scalar);

        Assert.Equal(Enumerable.Range(0, 7).Select(k => noise.Number(11, k, 3, 2, NoiseStream.Fresh)), found);
    }

    [Fact]
    public void The_ends_of_the_words_stay_inside_the_interval()
    {
        Assert.InRange(CounterNumbers.Uniform(0, 0), double.Epsilon, 1e-15);
        Assert.InRange(CounterNumbers.Uniform(uint.MaxValue, uint.MaxValue), 1 - 1e-15, Math.BitDecrement(1.0));
    }
}

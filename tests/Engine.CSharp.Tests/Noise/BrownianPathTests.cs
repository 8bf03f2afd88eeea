using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Tests.Noise;

public sealed class BrownianPathTests
{
    private static readonly ParticleLayout Layout = new(40, 3);

    private readonly BrownianPath<double> path = new(new NormalNoise<double>(3, Layout, VectorTargets.Default));

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void A_coarse_increment_is_the_sum_of_its_halves_bit_for_bit(int level)
    {
        var (coarse, first, second) = (Increment(3, level), Increment(6, level - 1), Increment(7, level - 1));
        for (var k = 0; k < coarse.Length; k++)
            Assert.Equal(first[k] + second[k], coarse[k]);
    }

    [Fact]
    public void A_fine_increment_is_the_noise_of_the_path_stream()
    {
        var noise = new NormalNoise<double>(3, Layout, VectorTargets.Default);
        Assert.Equal(noise.Number(33, 1, 7, 4, NoiseStream.Path), Increment(7, 0)[Layout.Index(33, 1)]);
    }

    private double[] Increment(uint step, int level)
    {
        var numbers = new double[Layout.Length];
        path.Increment(4, 0, step, level, numbers);
        return numbers;
    }
}

using System.Numerics;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Tests.Noise;

public sealed class BrownianPathTests
{
    private static readonly ParticleLayout Layout = new(40, 3);

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(4)]
    public void A_coarse_increment_is_the_sum_of_its_halves_bit_for_bit(int level)
    {
        Compare<double>(level);
        Compare<float>(level);
    }

    [Fact]
    public void A_fine_increment_is_the_noise_of_the_path_stream()
    {
        var noise = new NormalNoise<double>(3, Layout, VectorTargets.Default);
        Assert.Equal(noise.Number(33, 1, 7, 4, NoiseStream.Path), Increment<double>(7, 0)[Layout.Index(33, 1)]);
    }

    private static void Compare<T>(int level)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var (coarse, first, second) = (Increment<T>(3, level), Increment<T>(6, level - 1), Increment<T>(7, level - 1));
        for (var k = 0; k < coarse.Length; k++)
            Assert.Equal(first[k] + second[k], coarse[k]);
    }

    private static T[] Increment<T>(uint step, int level)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var numbers = new T[Layout.Length];
        new BrownianPath<T>(new NormalNoise<T>(3, Layout, VectorTargets.Default)).Increment(4, 0, step, level, numbers);
        return numbers;
    }
}

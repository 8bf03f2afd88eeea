using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Tests.Ensembles;

public sealed class ParticleLawTests
{
    [Fact]
    public void Mean_and_covariance_are_those_of_all_particles_together()
    {
        // Particles (0, 0), (2, 0) and (0, 4), (2, 4): deviations (+-1, +-2), each sign pair once.
        var law = ParticleLaw.Of(
            [
                [
                    [0, 0],
                    [2, 0],
                ],
                [
                    [0, 4, 2, 4],
                ],
            ],
            2,
            2
        );

        Assert.Equal([1, 2], law.Mean);
        Assert.Equal([1, 0], law.Covariance[0]);
        Assert.Equal([0, 4], law.Covariance[1]);
    }

    [Fact]
    public void Errors_over_replicas_are_s_over_root_R()
    {
        var law = ParticleLaw.Of(
            [
                [
                    [0, 2],
                ],
                [
                    [4, 10],
                ],
            ],
            2,
            1
        );

        // Means 1 and 7 around 4; mean squares around 4: (16 + 4)/2 = 10 and (0 + 36)/2 = 18.
        Assert.Equal([4], law.Mean);
        Assert.Equal(3, law.MeanErrors![0], 14);
        Assert.Equal(14, law.Covariance[0][0]);
        Assert.Equal(4, law.CovarianceErrors![0][0], 14);
    }

    [Fact]
    public void One_replica_has_naive_errors_only()
    {
        var law = ParticleLaw.Of(
            [
                [
                    [-3, -1, 1, 3],
                ],
            ],
            4,
            1
        );

        Assert.Null(law.MeanErrors);
        Assert.Null(law.CovarianceErrors);
        // Variance 5 over 4 particles; squares 9, 1, 1, 9 have mean 5 and variance 16.
        Assert.Equal(Math.Sqrt(5.0 / 4), law.MeanPlugInErrors[0], 15);
        Assert.Equal(Math.Sqrt(16.0 / 4), law.CovariancePlugInErrors[0][0], 15);
    }

    [Fact]
    public void A_small_spread_far_from_zero_survives()
    {
        var law = ParticleLaw.Of(
            [
                [
                    [1e8 - 1, 1e8 + 1],
                ],
            ],
            2,
            1
        );

        Assert.Equal(1, law.Covariance[0][0]);
    }

    [Theory]
    [InlineData(1, 1)]
    [InlineData(7, 3)]
    [InlineData(130, 17)]
    [InlineData(200, 35)]
    public void Every_entry_has_the_bits_of_a_plain_loop_whatever_the_vector_width(int particles, int dimension)
    {
        var random = new Random(particles);
        var replica = Enumerable.Range(0, particles * dimension).Select(_ => random.NextDouble() - 0.3).ToArray();
        var law = ParticleLaw.Of(
            [
                [replica],
            ],
            particles,
            dimension
        );
        double Deviation(int i, int k) => replica[(i * dimension) + k] - law.Mean[k];
        double Entry(int k, int l) => Enumerable.Range(0, particles).Aggregate(0.0, (sum, i) => sum + (Deviation(i, k) * Deviation(i, l)));

        for (var k = 0; k < dimension; k++)
        {
            Assert.Equal(Enumerable.Range(0, dimension).Select(l => Entry(k, l) / particles), law.Covariance[k]);
        }
    }

    [Fact]
    public void Replicas_of_unequal_size_are_refused()
    {
        Assert.Throws<ArgumentException>(() =>
            ParticleLaw.Of(
                [
                    [
                        [1, 2],
                    ],
                    [
                        [3],
                    ],
                ],
                2,
                1
            )
        );
        Assert.Throws<ArgumentException>(() => ParticleLaw.Of([], 1, 1));
    }
}

using System.Numerics;
using MathNet.Numerics;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Tests.Noise;

public sealed class NormalNoiseTests
{
    private const ulong Seed = 20260101;

    [Theory]
    [InlineData(1, 1)]
    [InlineData(17, 2)]
    [InlineData(600, 3)]
    [InlineData(530, 4)]
    [InlineData(100, 9)]
    [InlineData(2100, 1)]
    public void All_targets_and_the_scalar_form_give_the_same_bits(int particles, int dimension)
    {
        Compare<double>(particles, dimension);
        Compare<float>(particles, dimension);
    }

    private static void Compare<T>(int particles, int dimension)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var layout = new ParticleLayout(particles, dimension);
        foreach (var target in VectorTargets.Supported)
        {
            var noise = new NormalNoise<T>(Seed, layout, target);
            var numbers = Fill(noise, 5, 2, NoiseStream.Path);
            for (var particle = 0; particle < particles; particle++)
            for (var component = 0; component < dimension; component++)
                Assert.Equal(noise.Number((uint)particle, component, 5, 2, NoiseStream.Path), numbers[layout.Index(particle, component)]);
        }
    }

    [Fact]
    public void Padding_lanes_are_zero()
    {
        var layout = new ParticleLayout(17, 2);
        var numbers = Fill(new NormalNoise<double>(Seed, layout, VectorTargets.Default), 0, 0, NoiseStream.Start);
        for (var lane = 1; lane < 16; lane++)
            Assert.Equal(0, numbers[layout.Index(16, 1) + lane]);
    }

    [Fact]
    public void A_particle_draws_the_same_numbers_in_ensembles_of_any_size()
    {
        var small = new ParticleLayout(20, 3);
        var large = new ParticleLayout(5000, 3);
        var few = Fill(new NormalNoise<double>(Seed, small, VectorTargets.Default), 9, 1, NoiseStream.Path);
        var many = Fill(new NormalNoise<double>(Seed, large, VectorTargets.Default), 9, 1, NoiseStream.Path);
        for (var particle = 0; particle < 20; particle++)
            Assert.Equal(few[small.Index(particle, 2)], many[large.Index(particle, 2)]);
    }

    /// <summary>The four numbers of a draw by the platform's functions: particles 64 + 5 + (0, 16, 32, 48) of component 1.</summary>
    [Fact]
    public void A_draw_serves_one_component_of_four_particles()
    {
        var noise = new NormalNoise<double>(Seed, new ParticleLayout(128, 2), VectorTarget.Scalar);
        var (a, b, c, d) = Philox.Draw(Seed, 16 + 5, 7, 3, ((uint)NoiseStream.Path << 24) + 1);
        var expected = new[] { Cosine(a, b), Sine(a, b), Cosine(c, d), Sine(c, d) };
        for (var word = 0; word < 4; word++)
            Assert.Equal(expected[word], noise.Number((uint)(64 + 5 + 16 * word), 1, 7, 3, NoiseStream.Path), 1e-14);

        static double Uniform(uint word) => (word + 0.5) / 4294967296.0;
        static double Radius(uint word) => Math.Sqrt(-2 * Math.Log(Uniform(word)));
        static double Cosine(uint radius, uint angle) => Radius(radius) * Math.Cos(2 * Math.PI * Uniform(angle));
        static double Sine(uint radius, uint angle) => Radius(radius) * Math.Sin(2 * Math.PI * Uniform(angle));
    }

    /// <summary>Whatever part of the particles is filled, and to whichever block: the same numbers, and nothing beyond them.</summary>
    [Theory]
    [InlineData(0, 1)]
    [InlineData(0, 2)]
    [InlineData(0, 3)]
    [InlineData(128, 5)]
    [InlineData(1024, 70)]
    public void A_part_is_filled_like_the_whole_and_nothing_is_written_beyond_it(int first, int blocks)
    {
        var layout = new ParticleLayout(5000, 3);
        foreach (var target in VectorTargets.Supported)
        {
            var noise = new NormalNoise<double>(Seed, layout, target);
            var whole = Fill(noise, 9, 1, NoiseStream.Path);
            var part = new double[(blocks + 8) * 16 * 3];
            Array.Fill(part, double.NaN);
            noise.Fill(first, 9, 1, NoiseStream.Path, part.AsSpan(0, blocks * 16 * 3));
            Assert.Equal(whole[(first * 3)..(first * 3 + blocks * 16 * 3)], part[..(blocks * 16 * 3)]);
            Assert.All(part[(blocks * 16 * 3)..], number => Assert.True(double.IsNaN(number)));
        }
    }

    /// <summary>
    /// Rounding u to 24 bits moves it by at most 2^-24 u, hence the radius by 2^-24/radius where u is near 1; rounding v turns by at most
    /// 2 pi 2^-25, and the functions add less than half of that.
    /// </summary>
    [Fact]
    public void Both_formats_draw_the_same_numbers_but_for_rounding()
    {
        var layout = new ParticleLayout(200_000, 4);
        var exact = Fill(new NormalNoise<double>(Seed, layout, VectorTargets.Default), 3, 0, NoiseStream.Path);
        var rounded = Fill(new NormalNoise<float>(Seed, layout, VectorTargets.Default), 3, 0, NoiseStream.Path);
        var smallest = double.PositiveInfinity;
        for (var particle = 0; particle < layout.Particles; particle++)
        for (var component = 0; component < 4; component++)
        {
            // A pair is that of two blocks of 16 particles.
            if (particle / 16 % 2 == 1)
                continue;
            var (first, second) = (layout.Index(particle, component), layout.Index(particle + 16, component));
            var radius = Math.Sqrt(exact[first] * exact[first] + exact[second] * exact[second]);
            var bound = Math.Pow(2, -24) / radius + 3e-7 * radius;
            Assert.InRange(rounded[first] - exact[first], -bound, bound);
            Assert.InRange(rounded[second] - exact[second], -bound, bound);
            smallest = Math.Min(smallest, radius);
        }
        Assert.InRange(smallest, 0, 0.01);
        Assert.NotEqual(exact, Array.ConvertAll(rounded, number => (double)number));
    }

    /// <summary>Far tails come from the smallest words, each of which must keep a radius of its own: u is (word + 1/2)/2^32.</summary>
    [Theory]
    [InlineData(0u)]
    [InlineData(1u)]
    [InlineData(2u)]
    [InlineData(1000u)]
    [InlineData(65_535u)]
    [InlineData(65_536u)]
    public void Radii_of_small_words_reach_to_the_largest_normal_in_both_formats(uint word)
    {
        var expected = Math.Sqrt(-2 * Math.Log((word + 0.5) / 4294967296.0));
        Assert.Equal(
            expected,
            BoxMuller.Radius(ScalarLanes.Double, ScalarLanes.Double.Bits(word)),
            4 * Math.BitIncrement(expected) - 4 * expected
        );
        Assert.Equal(
            expected,
            BoxMuller.Radius(ScalarLanes.Single, ScalarLanes.Single.Bits(word)),
            2 * (MathF.BitIncrement((float)expected) - (float)expected)
        );
    }

    /// <summary>Counts are binomial; six standard deviations fail once in 10^8 seeds.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Tails_hold_as_many_numbers_as_those_of_the_normal(bool single)
    {
        var numbers = Sample(400_000, 3, single);
        foreach (var bound in new[] { 1.0, 2, 3, 4 })
        {
            var expected = numbers.Length * Cumulative(-bound);
            var spread = 6 * Math.Sqrt(expected);
            Assert.InRange(numbers.Count(z => z > bound), expected - spread, expected + spread);
            Assert.InRange(numbers.Count(z => z < -bound), expected - spread, expected + spread);
        }
    }

    /// <summary>Bounds are six standard errors of the moments of 1.2 million draws: a right generator fails once in 10^8 seeds.</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void Moments_are_those_of_the_standard_normal_within_six_standard_errors(bool single)
    {
        var numbers = Sample(400_000, 3, single);
        var n = (double)numbers.Length;
        double Moment(int power) => numbers.Sum(z => Math.Pow(z, power)) / n;
        Assert.InRange(Moment(1), -6 * Math.Sqrt(1 / n), 6 * Math.Sqrt(1 / n));
        Assert.InRange(Moment(2) - 1, -6 * Math.Sqrt(2 / n), 6 * Math.Sqrt(2 / n));
        Assert.InRange(Moment(3), -6 * Math.Sqrt(15 / n), 6 * Math.Sqrt(15 / n));
        Assert.InRange(Moment(4) - 3, -6 * Math.Sqrt(96 / n), 6 * Math.Sqrt(96 / n));
    }

    /// <summary>sqrt(n) D exceeds 2.23 with probability 10^-4 under the null (Kolmogorov's limit 2 exp(-2 t^2)).</summary>
    [Theory]
    [InlineData(false)]
    [InlineData(true)]
    public void The_Kolmogorov_Smirnov_distance_to_the_normal_is_below_its_quantile(bool single)
    {
        var numbers = Sample(60_000, 3, single);
        Array.Sort(numbers);
        var n = numbers.Length;
        var distance = Enumerable
            .Range(0, n)
            .Max(k => Math.Max((k + 1.0) / n - Cumulative(numbers[k]), Cumulative(numbers[k]) - (double)k / n));
        Assert.True(Math.Sqrt(n) * distance < 2.23, $"sqrt(n) D = {Math.Sqrt(n) * distance}");
    }

    /// <summary>Correlations of 300 000 independent pairs have standard error 0.0018; six of them bound each.</summary>
    [Theory]
    [InlineData(1u, 0u, NoiseStream.Path)]
    [InlineData(0u, 1u, NoiseStream.Path)]
    [InlineData(0u, 0u, NoiseStream.Start)]
    public void Numbers_of_another_step_replica_or_stream_are_uncorrelated(uint step, uint replica, NoiseStream stream)
    {
        var noise = new NormalNoise<double>(Seed, new ParticleLayout(100_000, 3), VectorTargets.Default);
        var first = Fill(noise, 0, 0, NoiseStream.Path);
        var second = Fill(noise, step, replica, stream);
        AssertUncorrelated(first, second);
    }

    [Fact]
    public void Numbers_of_neighbouring_particles_and_components_are_uncorrelated()
    {
        var numbers = Fill(new NormalNoise<double>(Seed, new ParticleLayout(100_000, 4), VectorTargets.Default), 0, 0, NoiseStream.Path);
        AssertUncorrelated(numbers[1..], numbers[..^1]);
        AssertUncorrelated(numbers[16..], numbers[..^16]);
        AssertUncorrelated(numbers[32..], numbers[..^32]);
        // Particles of one draw: the other number of a pair, and those of the other pair.
        AssertUncorrelated(numbers[64..], numbers[..^64]);
        AssertUncorrelated(numbers[128..], numbers[..^128]);
        AssertUncorrelated(numbers[192..], numbers[..^192]);
    }

    private static void AssertUncorrelated(double[] first, double[] second)
    {
        var correlation = first.Zip(second, (a, b) => a * b).Sum() / first.Length;
        Assert.InRange(correlation, -6 / Math.Sqrt(first.Length), 6 / Math.Sqrt(first.Length));
    }

    private static double Cumulative(double z) => SpecialFunctions.Erfc(-z / Math.Sqrt(2)) / 2;

    private static double[] Sample(int particles, int dimension, bool single)
    {
        var layout = new ParticleLayout(particles, dimension);
        return single
            ? Array.ConvertAll(Fill(new NormalNoise<float>(Seed, layout, VectorTargets.Default), 1, 0, NoiseStream.Path), z => (double)z)
            : Fill(new NormalNoise<double>(Seed, layout, VectorTargets.Default), 1, 0, NoiseStream.Path);
    }

    private static T[] Fill<T>(NormalNoise<T> noise, uint step, uint replica, NoiseStream stream)
        where T : unmanaged, IBinaryFloatingPointIeee754<T>
    {
        var numbers = new T[noise.Layout.Length];
        noise.Fill(first: 0, step, replica, stream, numbers);
        return numbers;
    }
}

using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Tests.Ensembles;

public sealed class ParticleLayoutTests
{
    [Fact]
    public void A_component_of_a_block_is_sixteen_neighbours()
    {
        var layout = new ParticleLayout(100, 3);
        Assert.Equal(0, layout.Index(0, 0));
        Assert.Equal(15, layout.Index(15, 0));
        Assert.Equal(16, layout.Index(0, 1));
        Assert.Equal(48 + 32 + 1, layout.Index(17, 2));
    }

    [Theory]
    [InlineData(0, 0, 0)]
    [InlineData(1, 1, 16)]
    [InlineData(16, 1, 16)]
    [InlineData(17, 1, 32)]
    [InlineData(20480, 40, 20480)]
    [InlineData(1_000_000, 977, 1_000_000)]
    public void Superblocks_cover_the_padded_particles(int particles, int superblocks, long padded)
    {
        var layout = new ParticleLayout(particles, 2);
        Assert.Equal(superblocks, layout.Superblocks);
        Assert.Equal(padded, layout.PaddedParticles);
        Assert.Equal(layout.Length, Enumerable.Range(0, superblocks).Sum(superblock => (long)layout.Range(superblock, 2).Length));
        Assert.Equal(particles, Enumerable.Range(0, superblocks).Sum(layout.ParticleCount));
    }

    [Fact]
    public void Rows_survive_the_round_trip_and_padding_is_zero()
    {
        var layout = new ParticleLayout(21, 3);
        double[] rows = [.. Enumerable.Range(1, 63).Select(k => (double)k)];
        using var storage = AlignedBuffer.Of<double>(layout.Length);
        storage.Slice<double>(0, (int)layout.Length).Fill(double.NaN);
        layout.FromRows<double>(rows, storage);
        var back = new double[63];
        layout.ToRows<double>(storage, back);
        Assert.Equal(rows, back);
        Assert.Equal(rows.Sum(), storage.Slice<double>(0, (int)layout.Length).ToArray().Sum());
    }

    [Fact]
    public void Buffers_start_on_cache_lines_and_are_zero()
    {
        using var small = AlignedBuffer.Of<double>(3);
        using var large = AlignedBuffer.Of<double>(1 << 20);
        Assert.Equal(0, Address(small) % 64);
        Assert.Equal(0, Address(large) % 64);
        Assert.Equal(0, large.Slice<double>(0, 1 << 20)[^1]);
    }

    private static unsafe long Address(AlignedBuffer buffer) => (long)buffer.Start;
}

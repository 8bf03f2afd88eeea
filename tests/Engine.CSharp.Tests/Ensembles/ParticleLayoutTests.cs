using MeanField.Engine.Elementary;
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
    [InlineData(1_000_000, 1954, 1_000_000)]
    [InlineData(2_097_152, 4096, 2_097_152)]
    [InlineData(2_097_153, 2049, 2_097_168)]
    [InlineData(10_000_000, 2442, 10_000_000)]
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
    public void Parts_are_the_whole_and_each_begins_with_a_block()
    {
        var layout = new ParticleLayout(300_001, 7);
        var rows = Enumerable.Range(1, 300_001 * 7).Select(k => (double)k).ToArray();
        using var storage = AlignedBuffer.Of<float>(layout.Length);
        foreach (var (first, count) in layout.Parts)
            layout.FromRows<float>(rows.AsSpan(first * 7, count * 7), storage, first);
        Assert.All(layout.Parts, part => Assert.Equal(0, part.First % 16));
        Assert.Equal(3, layout.Parts.Count());
        Assert.Equal(rows, layout.Parts.SelectMany(part => layout.Rows(storage, NumberFormat.Single, part.First, part.Count)));
        Assert.Equal(rows, layout.Rows(storage, NumberFormat.Single));
    }

    [Fact]
    public void Rows_of_other_particles_are_refused()
    {
        var layout = new ParticleLayout(21, 3);
        using var storage = AlignedBuffer.Of<double>(layout.Length);
        Assert.Throws<ArgumentOutOfRangeException>(() => layout.FromRows<double>(new double[62], storage));
        Assert.Throws<ArgumentOutOfRangeException>(() => layout.FromRows<double>(new double[3], storage, first: 5));
        Assert.Throws<ArgumentOutOfRangeException>(() => layout.FromRows<double>(new double[18], storage, first: 16));
    }

    [Fact]
    public void A_part_of_an_ensemble_is_its_memory()
    {
        using var whole = new Ensemble(new ParticleLayout(70, 3), replica: 2, NumberFormat.Double);
        whole.Layout.FromRows<double>([.. Enumerable.Range(0, 210).Select(k => (double)k)], whole.State);
        var part = whole.Part(16, 32);
        Assert.Equal((2, 32), (part.Replica, part.Layout.Particles));
        Assert.Equal(whole.Rows()[48..144], part.Rows());
        whole.Now<double>(0)[48] = -1;
        Assert.Equal(-1, part.Rows()[0]);
        part.Dispose();
        Assert.Equal(-1, whole.Rows()[48]);
        Assert.Throws<ArgumentOutOfRangeException>(() => whole.Part(8, 16));
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

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

    /// <summary>The words of (sample, step, replica, stream and block), two a pair, by the platform's functions.</summary>
    [Fact]
    public void Normals_are_four_to_a_draw_in_pairs_of_cosine_and_sine()
    {
        var numbers = new CounterNumbers(5, NoiseStream.Fresh, replica: 2, step: 3);
        var found = new double[7];
        numbers.MoveTo(11);
        numbers.Normals(found);

        for (var pair = 0; pair < 4; pair++)
        {
            var (a, b, c, d) = Philox.Draw(5, 11, 3, 2, ((uint)NoiseStream.Fresh << 24) + (uint)(pair / 2));
            var (u, v) = pair % 2 == 0 ? (Uniform(a), Uniform(b)) : (Uniform(c), Uniform(d));
            var radius = Math.Sqrt(-2 * Math.Log(u));
            Assert.Equal(radius * Math.Cos(2 * Math.PI * v), found[2 * pair], 1e-14);
            if (2 * pair + 1 < found.Length)
                Assert.Equal(radius * Math.Sin(2 * Math.PI * v), found[2 * pair + 1], 1e-14);
        }

        static double Uniform(uint word) => (word + 0.5) / 4294967296.0;
    }

    [Fact]
    public void The_ends_of_the_words_stay_inside_the_interval()
    {
        Assert.InRange(CounterNumbers.Uniform(0, 0), double.Epsilon, 1e-15);
        Assert.InRange(CounterNumbers.Uniform(uint.MaxValue, uint.MaxValue), 1 - 1e-15, Math.BitDecrement(1.0));
    }
}

using System.Numerics;
using MeanField.Core;
using MeanField.Engine.InputLaws;

namespace MeanField.Engine.Tests.InputLaws;

public sealed class DirectionNumbersTests
{
    private static readonly Location Nowhere = new("p.toml", 0, 0, "input.rule");

    [Fact]
    public void The_table_has_all_primitive_polynomials_up_to_degree_thirteen() => Assert.Equal(1111, DirectionNumbers.MaximalDimension);

    [Fact]
    public void Every_column_has_its_own_bit_and_none_below_it()
    {
        for (var coordinate = 0; coordinate < DirectionNumbers.MaximalDimension; coordinate++)
        {
            var columns = DirectionNumbers.Plain(coordinate);
            for (var bit = 0; bit < columns.Length; bit++)
                Assert.Equal(DirectionNumbers.Bits - 1 - bit, BitOperations.TrailingZeroCount(columns[bit]));
        }
    }

    /// <summary>The first coordinates of Sobol's sequence as every text has them: their polynomials are 1, x + 1, x^2 + x + 1.</summary>
    [Fact]
    public void The_second_coordinate_is_that_of_sobol()
    {
        var columns = DirectionNumbers.Plain(1).Take(4).Select(column => column >> (DirectionNumbers.Bits - 4));

        Assert.Equal([0b1000UL, 0b1100UL, 0b1010UL, 0b1111UL], columns);
    }

    [Theory]
    [InlineData(1)]
    [InlineData(2)]
    [InlineData(7)]
    [InlineData(12)]
    public void As_many_points_as_orthants_lie_one_in_each_whatever_the_seed(int dimension)
    {
        var numbers = new SobolNumbers(dimension, seed: (ulong)dimension + 5, Nowhere);
        var signs = SampledRule.Nodes(new SignsLaw(dimension), numbers, 1 << dimension, Nowhere)[NodeTable.Inputs];

        Assert.Equal(1 << dimension, signs.Values.Chunk(dimension).Select(point => string.Join(',', point)).Distinct().Count());
    }

    [Fact]
    public void Property_a_holds_as_far_as_an_index_reaches()
    {
        // The matrix of first bits has an LU decomposition: rows as sets of columns, each reduced by those above it.
        var above = new List<BigInteger>();
        for (var coordinate = 0; coordinate < 32; coordinate++)
        {
            var row = DirectionNumbers
                .Plain(coordinate)
                .Select((column, bit) => (BigInteger)(column >> (DirectionNumbers.Bits - 1)) << bit)
                .Aggregate(BigInteger.Add);
            for (var pivot = 0; pivot < above.Count; pivot++)
                row = (row >> pivot).IsEven ? row : row ^ above[pivot];
            Assert.False((row >> coordinate).IsEven);
            above.Add(row);
        }
    }

    [Fact]
    public void Every_dyadic_interval_of_a_coordinate_holds_its_share()
    {
        var numbers = new SobolNumbers(50, seed: 3, Nowhere);
        var point = new double[50];
        var points = Enumerable.Range(0, 256).Select(Point).ToArray();

        for (var coordinate = 0; coordinate < 50; coordinate++)
            Assert.Equal(256, points.Select(x => (int)(256 * x[coordinate])).Distinct().Count());

        double[] Point(int sample)
        {
            numbers.MoveTo((uint)sample);
            numbers.Uniforms(point);
            return [.. point];
        }
    }

    [Fact]
    public void A_scrambled_mean_is_unbiased_and_its_error_falls_faster_than_one_over_n()
    {
        double Error(int nodes)
        {
            var squares = Enumerable.Range(0, 50).Select(seed => Math.Pow(Mean((ulong)seed, nodes), 2));
            return Math.Sqrt(squares.Average());
        }

        // E (e^x - e + 1)(y^2 - 1/3) = 0 over the square.
        double Mean(ulong seed, int nodes)
        {
            var table = SampledRule.Nodes(new UniformLaw([0, 0], [1, 1], Nowhere), new SobolNumbers(2, seed, Nowhere), nodes, Nowhere);
            return table[NodeTable.Inputs].Values.Chunk(2).Average(x => (Math.Exp(x[0]) - Math.E + 1) * ((x[1] * x[1]) - (1.0 / 3)));
        }

        var (coarse, fine) = (Error(64), Error(1024));
        Assert.InRange(coarse, 0, 0.01);
        // Random points would gain a factor 4, a bound of order 1/n 16.
        Assert.InRange(coarse / fine, 20, 1000);
    }

    [Fact]
    public void More_dimensions_than_the_table_has_are_refused_with_the_alternative()
    {
        var refused = Assert.Throws<FaultException>(() => new SobolNumbers(1112, 1, Nowhere));

        Assert.Contains(
            "key input.rule: found dimension 1112; expected at most 1111 for the rule \"sobol\"; take rule = \"random\"",
            FaultModule.message(refused.Fault)
        );
    }
}

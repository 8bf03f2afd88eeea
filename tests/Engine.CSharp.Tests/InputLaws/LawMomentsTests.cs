using MeanField.Core;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Noise;
using NormalLaw = MeanField.Engine.InputLaws.NormalLaw;

namespace MeanField.Engine.Tests.InputLaws;

/// <summary>Sampled nodes have the moments of their law: quasi-random ones closely, random ones within their errors.</summary>
public sealed class LawMomentsTests
{
    private const int Nodes = 4096;
    private static readonly Location Nowhere = Location.Nowhere;

    private static NodeTable Table(ILaw law, bool sobol) =>
        SampledRule.Nodes(
            law,
            sobol ? new SobolNumbers(law.Dimension, 7, Nowhere) : new CounterNumbers(7, NoiseStream.Rule, 0, 0),
            Nodes,
            Nowhere
        );

    /// <summary>Mean of a function of x over the nodes less its value under the law, in units of the random rule's standard error.</summary>
    private static double Deviation(ILaw law, bool sobol, Func<double[], double> function, double exact)
    {
        var table = Table(law, sobol);
        var values = table[NodeTable.Inputs].Values.Chunk(law.Dimension).Select(function).ToArray();
        var mean = values.Average();
        var spread = Math.Sqrt(values.Average(value => (value - mean) * (value - mean)) / Nodes);
        return Math.Abs(mean - exact) / spread;
    }

    public static TheoryData<bool, double> Rules => new() { { true, 0.3 }, { false, 4 } };

    [Theory]
    [MemberData(nameof(Rules))]
    public void Uniform(bool sobol, double most)
    {
        var law = new UniformLaw([-1, 2], [3, 5], Nowhere);

        Assert.InRange(Deviation(law, sobol, x => x[0], 1), 0, most);
        Assert.InRange(Deviation(law, sobol, x => x[1], 3.5), 0, most);
        Assert.InRange(Deviation(law, sobol, x => x[0] * x[1], 3.5), 0, most);
        Assert.InRange(Deviation(law, sobol, x => x[0] * x[0], 7.0 / 3), 0, most);
        Assert.All(Table(law, sobol)[NodeTable.Inputs].Values.Chunk(2), x => Assert.True(x[0] is > -1 and < 3 && x[1] is > 2 and < 5));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Normal(bool sobol, double most)
    {
        var law = new NormalLaw([1, -2, 0], [2, 0.5, 1]);

        Assert.InRange(Deviation(law, sobol, x => x[0], 1), 0, most);
        Assert.InRange(Deviation(law, sobol, x => x[1], -2), 0, most);
        Assert.InRange(Deviation(law, sobol, x => Math.Pow(x[0] - 1, 2), 4), 0, most);
        Assert.InRange(Deviation(law, sobol, x => Math.Pow(x[2], 4), 3), 0, most);
        Assert.InRange(Deviation(law, sobol, x => x[2] * (x[0] - 1), 0), 0, most);
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Sphere(bool sobol, double most)
    {
        var law = new SphereLaw(4, 3);

        Assert.InRange(Deviation(law, sobol, x => x[0], 0), 0, most);
        Assert.InRange(Deviation(law, sobol, x => x[1] * x[1], 9.0 / 4), 0, most);
        // E x_1^4 = 3 r^4/(p (p + 2)), E x_1^2 x_2^2 = r^4/(p (p + 2)).
        Assert.InRange(Deviation(law, sobol, x => Math.Pow(x[3], 4), 3 * 81 / 24.0), 0, most);
        Assert.InRange(Deviation(law, sobol, x => x[0] * x[0] * x[2] * x[2], 81 / 24.0), 0, most);
        Assert.All(Table(law, sobol)[NodeTable.Inputs].Values.Chunk(4), x => Assert.Equal(9, x.Sum(c => c * c), 13));
    }

    [Theory]
    [MemberData(nameof(Rules))]
    public void Signs(bool sobol, double most)
    {
        var law = new SignsLaw(40);

        Assert.All(Table(law, sobol)[NodeTable.Inputs].Values, sign => Assert.Equal(1, Math.Abs(sign)));
        Assert.InRange(Deviation(law, sobol, x => x[0], 0), 0, most);
        Assert.InRange(Deviation(law, sobol, x => x[39], 0), 0, most);
        Assert.InRange(Deviation(law, sobol, x => x[0] * x[1], 0), 0, most);
    }

    [Theory]
    [InlineData(true)]
    [InlineData(false)]
    public void A_sphere_of_one_dimension_is_its_two_points(bool sobol) =>
        Assert.Equal([-2, 2], Table(new SphereLaw(1, 2), sobol)[NodeTable.Inputs].Values.Distinct().Order());

    [Fact]
    public void The_product_rule_of_a_normal_law_has_its_moments_to_the_last_digits()
    {
        var table = new NormalLaw([1, -2], [2, 0.5]).GaussHermiteNodes(5, Nowhere);
        var (x, weight) = (table[NodeTable.Inputs].Values, table[NodeTable.Weights].Values);
        double Mean(Func<double, double, double> g) => weight.Select((w, j) => w * g(x[2 * j], x[(2 * j) + 1])).Sum();

        Assert.Equal(25, table.Count);
        Assert.Equal(1, Mean((_, _) => 1), 14);
        Assert.Equal(1, Mean((u, _) => u), 13);
        Assert.Equal(5, Mean((u, _) => u * u), 13);
        Assert.Equal(48, Mean((u, _) => Math.Pow(u - 1, 4)), 12);
        Assert.Equal(4 * 0.25, Mean((u, v) => Math.Pow((u - 1) * (v + 2), 2)), 13);
        Assert.Equal(15 / 64.0, Mean((_, v) => Math.Pow(v + 2, 6)), 13);
    }
}

using MeanField.Engine.Bridges;
using MeanField.Engine.Collectives;

namespace MeanField.Engine.Tests.Bridges;

public sealed class PairSweepTests
{
    private const double Tau = 0.03;

    [Theory]
    [InlineData(1, 7, 1)]
    [InlineData(50, 33, 1)]
    [InlineData(40, 64, 2)]
    [InlineData(35, 100, 5)]
    public void Rows_are_normalised_and_columns_summed_as_by_the_formula(int n, int m, int dimension)
    {
        var (from, to) = (RandomLaws.Points(n, dimension, 1), RandomLaws.Points(m, dimension, 2));
        var g = Heights(m, 3);
        var expected = Plan(from, to, g);
        using var team = new Team(2);
        using var sweep = new PairSweep(from, to, Tau, team, default);
        var (f, marginal) = (new double[n], new double[m]);
        sweep.Normalise(f, g, marginal);
        for (var x = 0; x < n; x++)
            Assert.Equal(expected.F[x], f[x], 1e-12 * (1 + Math.Abs(f[x])));
        for (var y = 0; y < m; y++)
            Assert.Equal(Enumerable.Range(0, n).Sum(x => expected.Plan[x][y]), marginal[y], 1e-12);
        Assert.Equal(1, marginal.Sum(), 1e-13);
    }

    [Fact]
    public void Averages_are_those_of_the_conditional_laws()
    {
        var (from, to) = (RandomLaws.Points(20, 2, 1), RandomLaws.Points(45, 2, 2));
        var (g, v) = (Heights(45, 3), Heights(45, 4));
        var expected = Plan(from, to, g);
        using var team = new Team(1);
        using var sweep = new PairSweep(from, to, Tau, team, default);
        var (f, means, images) = (new double[20], new double[20], new double[45]);
        sweep.Normalise(f, g, new double[45]);
        sweep.Average(f, g, v, means, images);
        for (var x = 0; x < 20; x++)
            Assert.Equal(Enumerable.Range(0, 45).Sum(y => expected.Plan[x][y] * v[y]) / from.Weights[x], means[x], 1e-12);
        for (var y = 0; y < 45; y++)
            Assert.Equal(Enumerable.Range(0, 20).Sum(x => expected.Plan[x][y] * means[x]), images[y], 1e-12);
    }

    /// <summary>Sums of e^-4000 and e^+4000 leave the range of numbers; the row is made again around its largest term.</summary>
    [Theory]
    [InlineData(4000.0)]
    [InlineData(-4000.0)]
    public void A_guess_far_away_changes_nothing(double guess)
    {
        var (from, to) = (RandomLaws.Points(9, 2, 1), RandomLaws.Points(40, 2, 2));
        using var team = new Team(1);
        using var sweep = new PairSweep(from, to, 1e-5, team, default);
        var (near, far) = (new double[9], Enumerable.Repeat(guess, 9).ToArray());
        var (first, second) = (new double[40], new double[40]);
        sweep.Normalise(near, Heights(40, 3), first);
        sweep.Normalise(far, Heights(40, 3), second);
        for (var x = 0; x < 9; x++)
            Assert.Equal(near[x], far[x], 1e-10 * (1 + Math.Abs(near[x])));
        Assert.Equal(1, second.Sum(), 1e-12);
    }

    [Fact]
    public void Results_do_not_depend_on_the_threads()
    {
        var (from, to) = (RandomLaws.Points(101, 3, 1), RandomLaws.Points(97, 3, 2));
        Assert.Equal(Of(1), Of(3));

        double[] Of(int threads)
        {
            using var team = new Team(threads);
            using var sweep = new PairSweep(from, to, Tau, team, default);
            var (f, marginal) = (new double[101], new double[97]);
            sweep.Normalise(f, Heights(97, 3), marginal);
            return [.. f, .. marginal];
        }
    }

    private static double[] Heights(int count, int seed)
    {
        var random = new Random(seed);
        return [.. Enumerable.Range(0, count).Select(_ => 2 * random.NextDouble() - 1)];
    }

    /// <summary>f that normalises the rows for g, and the plan.</summary>
    private static (double[] F, double[][] Plan) Plan(PointLaw from, PointLaw to, double[] g)
    {
        var f = new double[from.Count];
        var plan = new double[from.Count][];
        for (var x = 0; x < from.Count; x++)
        {
            double[] terms = [.. Enumerable.Range(0, to.Count).Select(y => to.Weights[y] * Math.Exp(g[y] - Cost(from, x, to, y) / Tau))];
            f[x] = -Math.Log(terms.Sum());
            plan[x] = [.. terms.Select(term => from.Weights[x] * term / terms.Sum())];
        }
        return (f, plan);
    }

    private static double Cost(PointLaw from, int x, PointLaw to, int y) =>
        Enumerable
            .Range(0, from.Dimension)
            .Sum(i => Math.Pow(from.Points[x * from.Dimension + i] - to.Points[y * from.Dimension + i], 2) / 2);
}

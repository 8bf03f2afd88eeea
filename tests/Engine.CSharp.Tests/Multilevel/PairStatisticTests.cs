using MeanField.Engine.Multilevel;

namespace MeanField.Engine.Tests.Multilevel;

public sealed class PairStatisticTests
{
    private static readonly Random Random = new(1);
    private static readonly double[][] First = Rows(7, 3);
    private static readonly double[][] Second = Rows(7, 3);

    [Fact]
    public void The_statistic_is_the_mean_over_pairs_of_different_replicas()
    {
        var (value, _) = PairStatistic.Of(new SignedRows(1, First), new SignedRows(-2, Second));
        Assert.Equal(OverPairs(First) - 2 * OverPairs(Second), value, 1e-14);
    }

    [Fact]
    public void Its_error_is_the_jackknife_over_replicas()
    {
        var (_, error) = PairStatistic.Of(new SignedRows(1, First), new SignedRows(-2, Second));
        var without = Enumerable
            .Range(0, First.Length)
            .Select(r => OverPairs(Without(First, r)) - 2 * OverPairs(Without(Second, r)))
            .ToArray();
        var spread = without.Sum(one => Math.Pow(one - without.Average(), 2));
        Assert.Equal(Math.Sqrt(6.0 / 7 * spread), error, 1e-14);
    }

    private static double[][] Rows(int replicas, int width) =>
        [.. Enumerable.Range(0, replicas).Select(_ => Enumerable.Range(0, width).Select(_ => Random.NextDouble()).ToArray())];

    private static double[][] Without(double[][] rows, int replica) => [.. rows.Where((_, r) => r != replica)];

    private static double OverPairs(double[][] rows)
    {
        var products =
            from r in Enumerable.Range(0, rows.Length)
            from s in Enumerable.Range(0, rows.Length)
            where r != s
            select rows[r].Zip(rows[s], (a, b) => a * b).Sum();
        return products.Average();
    }
}

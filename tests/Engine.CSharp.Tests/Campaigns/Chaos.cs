using MeanField.Engine.Tests.Runs;

namespace MeanField.Engine.Tests.Campaigns;

/// <summary>
/// How far nets of N neurons are from their mean-field limit at the same steps: N E||fhat_N - fhat||^2 of T1's greedy dynamics by N, with
/// fhat by quadrature (theory section 5, propagation of chaos).
/// </summary>
internal sealed class Chaos
{
    private readonly int[] sizes;
    private readonly Sample[] products;

    /// <summary>Measures with so many replicas at every size.</summary>
    public Chaos(int[] sizes, int replicas, int steps)
    {
        this.sizes = sizes;
        var law = new GreedyLaw(At(1, 1), steps);
        products =
        [
            .. sizes.Select(size => Sample.Of(ReplicaEnd.Of(At(size, replicas)).Select(end => size * law.SquareDistance(end.Fhat)))),
        ];

        Engine.Runs.PreparedRun At(int particles, int copies) =>
            Problems.Prepare(Problems.T1, $"run.steps={steps}", $"run.particles={particles}", $"run.replicas={copies}", "run.seed=11");
    }

    /// <summary>The largest difference of two products relative to their mean, beyond three standard errors of the difference.</summary>
    public double Unevenness =>
        products.Max(one =>
            products.Max(other =>
                2 * (one.Mean - other.Mean - 3 * Math.Sqrt(one.Error * one.Error + other.Error * other.Error)) / (one.Mean + other.Mean)
            )
        );

    /// <summary>The slope of log E||fhat_N - fhat||^2 against log N, by least squares weighted with the errors, and its standard error.</summary>
    public (double Slope, double Error) Rate()
    {
        var weights = Array.ConvertAll(products, product => Math.Pow(product.Mean / product.Error, 2));
        var x = Array.ConvertAll(sizes, size => Math.Log(size));
        var centre = x.Zip(weights, (at, weight) => at * weight).Sum() / weights.Sum();
        var square = x.Zip(weights, (at, weight) => weight * Math.Pow(at - centre, 2)).Sum();
        // The product has the factor N, whose slope is 1.
        var slope = x.Select((at, k) => weights[k] * (at - centre) * Math.Log(products[k].Mean)).Sum() / square;
        return (slope - 1, 1 / Math.Sqrt(square));
    }

    /// <summary>Flat within 15 %, and of rate 1/N within 0.05 or three standard errors.</summary>
    public bool Holds => Unevenness <= 0.15 && Math.Abs(Rate().Slope + 1) <= Math.Max(0.05, 3 * Rate().Error);

    public override string ToString()
    {
        var rows = sizes.Zip(
            products,
            (size, product) => FormattableString.Invariant($"| {size} | {product.Mean:F4} | {product.Error:F4} |")
        );
        var (slope, error) = Rate();
        return $"""
                | N | N E||fhat_N - fhat||^2 | standard error |
                |---|---|---|
                {string.Join('\n', rows)}

                """ + FormattableString.Invariant($"slope of E||fhat_N - fhat||^2: {slope:F4} +- {error:F4}; unevenness {Unevenness:F3}");
    }
}

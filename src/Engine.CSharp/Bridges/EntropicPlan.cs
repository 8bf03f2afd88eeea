using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;

namespace MeanField.Engine.Bridges;

/// <summary>
/// What follows from the potentials of an entropic transport between two laws of points: its cost between a primal and a dual value, its moments,
/// and the drift of the Schroedinger bridge (theory.md, section 4).
/// </summary>
internal sealed class EntropicPlan
{
    private readonly double[] tilts;

    /// <summary>Costs d + 1 sweeps.</summary>
    public EntropicPlan(PairSweep sweep, Potentials potentials, double tau)
    {
        (From, To, Tau, Potentials) = (sweep.From, sweep.To, tau, potentials);
        tilts = new double[To.Count];
        TensorPrimitives.Log<double>(To.Weights, tilts);
        TensorPrimitives.Add(tilts, potentials.G, tilts);
        Primal = tau * Rounded(sweep);
        CrossCovariance = Crossed(sweep);
    }

    public PointLaw From { get; }

    public PointLaw To { get; }

    public double Tau { get; }

    public Potentials Potentials { get; }

    /// <summary>The cost E |x - y|^2/2 + tau D(pi || rho0 x rho1) of a plan with exactly the two marginals: an upper bound of the least, up to rounding.</summary>
    public double Primal { get; }

    /// <summary>A lower bound of the least cost, up to rounding.</summary>
    public double Dual => Tau * Potentials.Dual;

    /// <summary>E (x - E x)(y - E y)^T, d x d.</summary>
    public Matrix<double> CrossCovariance { get; }

    /// <summary>E |x - y|^2/2.</summary>
    public double TransportCost
    {
        get
        {
            var (start, end) = (From.Mean(), To.Mean());
            var apart = start.Zip(end, (x, y) => (x - y) * (x - y)).Sum();
            return (From.SecondMoment(start) + To.SecondMoment(end) + apart) / 2 - CrossCovariance.Trace();
        }
    }

    /// <summary>D(pi || rho0 x rho1), nats.</summary>
    public double MutualInformation => Potentials.Dual - TransportCost / Tau;

    /// <summary>
    /// D(path law || Brownian motion started from rho0), nats; null where the end has no density that is known.
    /// </summary>
    public double? PathDivergence =>
        To.LogDensities is { } densities
            ? Potentials.Dual + From.Dimension * Math.Log(2 * Math.PI * Tau) / 2 + To.Expectation(densities)
            : null;

    /// <summary>The drift of the bridge at a point and a time in [0, tau): (E[end | w at t] - w)/(tau - t). O(m d).</summary>
    public double[] Drift(ReadOnlySpan<double> point, double time)
    {
        var (left, d) = (Tau - time, To.Dimension);
        var exponents = new double[To.Count];
        for (var y = 0; y < exponents.Length; y++)
            exponents[y] = Exponent(point, y, left);
        var largest = TensorPrimitives.Max<double>(exponents);
        var (drift, sum) = (new double[d], 0.0);
        for (var y = 0; y < exponents.Length; y++)
        {
            var weight = Math.Exp(exponents[y] - largest);
            sum += weight;
            for (var i = 0; i < d; i++)
                drift[i] += weight * (To.Points[y * d + i] - point[i]);
        }
        return Array.ConvertAll(drift, value => value / (sum * left));
    }

    private double Exponent(ReadOnlySpan<double> point, int end, double left)
    {
        var square = 0.0;
        for (var i = 0; i < point.Length; i++)
            square += (To.Points[end * point.Length + i] - point[i]) * (To.Points[end * point.Length + i] - point[i]);
        return tilts[end] - square / (2 * left);
    }

    /// <summary>
    /// The value, over tau, of the plan with columns scaled down where they are too heavy and the rest spread as a product [altschuler2017]. D is
    /// convex, so that of the sum is at most the sum of those of its two parts, and both follow from marginals alone.
    /// </summary>
    private double Rounded(PairSweep sweep)
    {
        var (n, m) = (From.Count, To.Count);
        double[] shares = [.. To.Weights.Zip(Potentials.Marginal, (weight, mass) => Math.Min(1, weight / mass))];
        var (means, images) = (new double[n], new double[m]);
        sweep.Average(Potentials.F, Potentials.G, shares, means, images);
        double[] rows = [.. From.Weights.Zip(means, (weight, mean) => weight * Math.Min(1, mean))];
        double[] columns = [.. Potentials.Marginal.Zip(shares, (mass, share) => mass * share)];
        var kept = TensorPrimitives.Dot<double>(rows, Potentials.F);
        for (var y = 0; y < m; y++)
            kept += columns[y] * (Potentials.G[y] + Math.Log(shares[y]));
        double[] restOfRows = [.. From.Weights.Zip(rows, (weight, row) => weight - row)];
        double[] restOfColumns = [.. To.Weights.Zip(columns, (weight, column) => Math.Max(0, weight - column))];
        var rest = TensorPrimitives.Sum<double>(restOfColumns);
        return rest > 0 ? kept - (1 - rest) * Math.Log(1 - rest) + rest * Product(restOfRows, restOfColumns) : kept;
    }

    /// <summary>Cost over tau plus divergence of the product of two laws, given by masses at the points.</summary>
    private double Product(double[] rows, double[] columns)
    {
        var (start, end) = (From with { Weights = Normalised(rows) }, To with { Weights = Normalised(columns) });
        var centre = start.Mean();
        return (start.SecondMoment(centre) + end.SecondMoment(centre)) / (2 * Tau)
            + Divergence(start.Weights, From.Weights)
            + Divergence(end.Weights, To.Weights);
    }

    private static double[] Normalised(double[] masses)
    {
        var sum = masses.Sum();
        return sum > 0 ? Array.ConvertAll(masses, mass => mass / sum) : Array.ConvertAll(masses, _ => 1.0 / masses.Length);
    }

    private static double Divergence(double[] law, double[] reference) =>
        law.Zip(reference, (p, q) => p > 0 ? p * Math.Log(p / q) : 0).Sum();

    private Matrix<double> Crossed(PairSweep sweep)
    {
        var (d, start, end) = (From.Dimension, From.Mean(), To.Mean());
        var crossed = Matrix<double>.Build.Dense(d, d);
        var (coordinate, means, images) = (new double[To.Count], new double[From.Count], new double[To.Count]);
        for (var k = 0; k < d; k++)
        {
            for (var y = 0; y < coordinate.Length; y++)
                coordinate[y] = To.Points[y * d + k] - end[k];
            sweep.Average(Potentials.F, Potentials.G, coordinate, means, images);
            for (var x = 0; x < means.Length; x++)
            for (var i = 0; i < d; i++)
                crossed[i, k] += From.Weights[x] * (From.Points[x * d + i] - start[i]) * means[x];
        }
        return crossed;
    }
}

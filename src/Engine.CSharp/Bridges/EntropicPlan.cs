using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Bridges;

/// <summary>
/// What follows from the potentials of an entropic transport between two laws of points: its cost between a primal and a dual value, its moments,
/// and the drift of the Schroedinger bridge (theory.md, section 4).
/// </summary>
internal sealed class EntropicPlan : ICoupling
{
    private readonly double[] tilts;
    private readonly double[] start;
    private readonly double[] shift;

    /// <summary>
    /// From potentials between the laws moved to mean 0, which have the same plan: |x - y|^2 differs by what depends on x or on y alone, and exponents
    /// are small. Costs d + 1 sweeps.
    /// </summary>
    /// <param name="sweep">Over the laws of mean 0.</param>
    /// <param name="potentials">Theirs, normalised.</param>
    /// <param name="tau">tau.</param>
    /// <param name="start">The mean of the start.</param>
    /// <param name="shift">The mean of the end less that of the start.</param>
    public EntropicPlan(PairSweep sweep, Potentials potentials, double tau, double[] start, double[] shift)
    {
        (From, To, Tau, Potentials) = (sweep.From, sweep.To, tau, potentials);
        (this.start, this.shift, ShiftCost) = (start, shift, TensorPrimitives.SumOfSquares<double>(shift) / 2);
        tilts = new double[To.Count];
        TensorPrimitives.Log<double>(To.Weights, tilts);
        TensorPrimitives.Add(tilts, potentials.G, tilts);
        Primal = ShiftCost + tau * Rounded(sweep);
        CrossCovariance = Crossed(sweep);
    }

    /// <summary>The start, moved to mean 0.</summary>
    public PointLaw From { get; }

    /// <summary>The end, moved to mean 0.</summary>
    public PointLaw To { get; }

    /// <summary>The horizon, and the regularisation.</summary>
    public double Tau { get; }

    /// <summary>Those between <see cref="From"/> and <see cref="To"/>.</summary>
    public Potentials Potentials { get; }

    /// <summary>The cost E |x - y|^2/2 + tau D(pi || rho0 x rho1) of a plan with exactly the two marginals: an upper bound of the least, up to rounding.</summary>
    public double Primal { get; }

    /// <summary>A lower bound of the least cost, up to rounding.</summary>
    public double Dual => ShiftCost + Tau * Potentials.Dual;

    /// <summary>E (x - E x)(y - E y)^T, d x d.</summary>
    public Matrix<double> CrossCovariance { get; }

    /// <summary>E |x - y|^2/2.</summary>
    public double TransportCost => ShiftCost + (From.SecondMoment(From.Mean()) + To.SecondMoment(To.Mean())) / 2 - CrossCovariance.Trace();

    /// <summary>D(pi || rho0 x rho1), nats.</summary>
    public double MutualInformation => Math.Max(0, (Dual - TransportCost) / Tau);

    /// <summary>D(path law || Brownian motion started from rho0), nats; null where the end has no density that is known.</summary>
    public double? PathDivergence =>
        To.LogDensities is { } densities ? Dual / Tau + From.Dimension * Math.Log(2 * Math.PI * Tau) / 2 + To.Expectation(densities) : null;

    /// <summary>
    /// phi at the points of the start and psi at those of the end, up to a constant, in units of cost: what the cost moves by where a law gains mass.
    /// </summary>
    public (double[] Start, double[] End) CostPotentials() => (Moved(From, Potentials.F, 1), Moved(To, Potentials.G, -1));

    /// <summary>
    /// The drift of the bridge at a point and a time in [0, tau): (E[end | w at t] - w)/(tau - t). O(m d). Nodes of a rule carry it while the end given
    /// the present is wider than their distance.
    /// </summary>
    public double[] Drift(ReadOnlySpan<double> point, double time)
    {
        var (left, d) = (Tau - time, To.Dimension);
        var centred = new double[d];
        for (var i = 0; i < d; i++)
            centred[i] = point[i] - start[i] - time / Tau * shift[i];
        var exponents = Exponents(centred, left);
        var largest = TensorPrimitives.Max<double>(exponents);
        var (drift, sum) = (new double[d], 0.0);
        for (var y = 0; y < exponents.Length; y++)
        {
            var weight = Math.Exp(exponents[y] - largest);
            sum += weight;
            for (var i = 0; i < d; i++)
                drift[i] += weight * (To.Points[y * d + i] - centred[i]);
        }
        return [.. drift.Zip(shift, (pull, straight) => pull / (sum * left) + straight / Tau)];
    }

    /// <summary>d.</summary>
    public int Dimension => From.Dimension;

    /// <summary>The start by its weights, and the end by its conditional law. O(m d).</summary>
    public void Draw(ulong seed, uint path, Span<double> first, Span<double> last)
    {
        var uniforms = new double[2];
        var numbers = new CounterNumbers(seed, NoiseStream.Bridge, 0, 0);
        numbers.MoveTo(path);
        numbers.Uniforms(uniforms);
        var x = From.Points.AsSpan(Chosen(From.Weights, uniforms[0]) * Dimension, Dimension);
        var exponents = Exponents(x, Tau);
        var largest = TensorPrimitives.Max<double>(exponents);
        var y = Chosen(Array.ConvertAll(exponents, exponent => Math.Exp(exponent - largest)), uniforms[1]);
        for (var i = 0; i < Dimension; i++)
        {
            first[i] = x[i] + start[i];
            last[i] = To.Points[y * Dimension + i] + start[i] + shift[i];
        }
    }

    private double ShiftCost { get; }

    /// <summary>The index at which the running sum of weights passes a share of their total.</summary>
    private static int Chosen(double[] weights, double share)
    {
        var (rest, chosen) = (share * TensorPrimitives.Sum<double>(weights), 0);
        while (chosen < weights.Length - 1 && rest >= weights[chosen])
            rest -= weights[chosen++];
        return chosen;
    }

    /// <summary>psi/tau + log b - |point - y|^2/(2 left) for each end y.</summary>
    private double[] Exponents(ReadOnlySpan<double> point, double left)
    {
        var exponents = new double[To.Count];
        for (var y = 0; y < exponents.Length; y++)
            exponents[y] = Exponent(point, y, left);
        return exponents;
    }

    /// <summary>A potential of the laws as they are from that of the laws moved to mean 0.</summary>
    private double[] Moved(PointLaw law, double[] potential, int sign)
    {
        var moved = new double[law.Count];
        for (var k = 0; k < moved.Length; k++)
            moved[k] = Tau * potential[k] + sign * TensorPrimitives.Dot(law.Points.AsSpan(k * law.Dimension, law.Dimension), shift);
        return moved;
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

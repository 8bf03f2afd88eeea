using MathNet.Numerics.LinearAlgebra;
using MeanField.Engine.Collectives;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Minimisers;

/// <summary>The numbers of one sweep of moves.</summary>
internal readonly record struct MoveKey(uint Replica, uint Step);

/// <summary>The particles of a sampler, M x d row-major, with H at each.</summary>
internal sealed class Population
{
    private const int Batch = 256;
    private const int Lanes = ParticleLayout.Lanes;

    /// <summary>Numbers of a move beside the increment: one for its scale, two for its acceptance.</summary>
    private const int MoreNumbers = 3;

    /// <summary>How many octaves a scale is below the largest, on the scale of a half normal.</summary>
    private const double OctavesBelow = 3;

    private readonly int dimension;
    private readonly double largestScale;
    private readonly NormalNoise<double> noise;
    private readonly double[] lengths;
    private readonly double[] thresholds;
    private double[] proposals;
    private double[] proposed;

    private Population(double[] rows, int count, int dimension, ulong seed, VectorTarget target)
    {
        (Rows, proposals, this.dimension) = (rows, new double[rows.Length], dimension);
        (Exponents, proposed, lengths, thresholds) = (new double[count], new double[count], new double[count], new double[count]);
        // The best scale of a random walk for a normal law [roberts1997].
        largestScale = 2 * 2.38 / Math.Sqrt(dimension);
        noise = new NormalNoise<double>(seed, new ParticleLayout(count, dimension + MoreNumbers), target);
    }

    public double[] Rows { get; private set; }

    /// <summary>H at each particle.</summary>
    public double[] Exponents { get; private set; }

    private int Count => Exponents.Length;

    /// <summary>Independent draws of N(0, tau I).</summary>
    public static Population OfPrior(int count, int dimension, double tau, ulong seed, uint replica, VectorTarget target)
    {
        var numbers = new CounterNumbers(seed, NoiseStream.Sampler, replica, 0);
        var (rows, scale) = (new double[checked(count * dimension)], Math.Sqrt(tau));
        for (var k = 0; k < count; k++)
        {
            var point = rows.AsSpan(k * dimension, dimension);
            numbers.MoveTo((uint)k);
            numbers.Normals(point);
            foreach (ref var w in point)
                w *= scale;
        }
        return new Population(rows, count, dimension, seed, target);
    }

    /// <summary>
    /// Resamples by the weights exp((to - from) H), systematically: particle k is copied M times its share, rounded up or down. Answers the
    /// triangular root of the weighted covariance, which shapes moves.
    /// </summary>
    public double[,] Resample(double from, double to, ulong seed, uint replica, uint temperature)
    {
        var top = Exponents.Max();
        var weights = Exponents.Select(exponent => Math.Exp((to - from) * (exponent - top))).ToArray();
        var root = Root(weights);
        var numbers = new CounterNumbers(seed, NoiseStream.Sampler, replica, temperature + 1);
        Span<double> uniform = stackalloc double[1];
        numbers.Uniforms(uniform);
        var (share, sum, source) = (weights.Sum() / Count, weights[0], 0);
        for (var k = 0; k < Count; k++)
        {
            while (sum < (k + uniform[0]) * share && source < Count - 1)
                sum += weights[++source];
            Rows.AsSpan(source * dimension, dimension).CopyTo(proposals.AsSpan(k * dimension));
            proposed[k] = Exponents[source];
        }
        Accept();
        return root;
    }

    /// <summary>
    /// One proposal for each particle by a random walk of normal increments, accepted by the density exp(lambda H) gamma [metropolis1953]. Every
    /// particle draws the scale of its increment, some powers of 2 below the largest: where a law is narrow small steps move, where it is wide large ones.
    /// Answers the mean squared distance of the accepted moves in units of the covariance.
    /// </summary>
    public double Move(ExponentProgram exponent, double[,] shape, double lambda, double tau, Team team, MoveKey key)
    {
        var batches = (Count + Batch - 1) / Batch;
        var distances = new double[batches];
        team.Run(batches, (batch, _) => Propose(batch, shape, key));
        exponent.At(proposals, proposed);
        team.Run(batches, (batch, _) => distances[batch] = Decide(batch, lambda, tau));
        return distances.Sum() / Count;
    }

    /// <summary>The particles as points for gamma: each weighs exp(-H) Z/M.</summary>
    public IntegrationPoints Points(double logZ) =>
        new(dimension, Rows, [.. Exponents.Select(exponent => logZ - Math.Log(Count) - exponent)]);

    private void Accept()
    {
        (Rows, proposals) = (proposals, Rows);
        (Exponents, proposed) = (proposed, Exponents);
    }

    private void Propose(int batch, double[,] shape, MoveKey key)
    {
        var first = batch * Batch;
        var count = Math.Min(Count - first, Batch);
        var numbers = new double[(count + Lanes - 1) / Lanes * Lanes * noise.Layout.Dimension];
        noise.Fill(first, key.Step, key.Replica, NoiseStream.Move, numbers);
        for (var k = first; k < first + count; k++)
        {
            var (lane, square) = ((k - first) / Lanes * Lanes * noise.Layout.Dimension + (k - first) % Lanes, 0.0);
            var scale = largestScale * Math.Pow(2, -OctavesBelow * Math.Abs(numbers[lane + dimension * Lanes]));
            for (var i = 0; i < dimension; i++)
            {
                var (move, normal) = (0.0, numbers[lane + i * Lanes]);
                for (var j = 0; j <= i; j++)
                    move += shape[i, j] * numbers[lane + j * Lanes];
                proposals[k * dimension + i] = Rows[k * dimension + i] + scale * move;
                square += normal * normal;
            }
            lengths[k] = scale * scale * square / dimension;
            // Half the square of two normals is exponential: minus the logarithm of a uniform number.
            var (one, other) = (numbers[lane + (dimension + 1) * Lanes], numbers[lane + (dimension + 2) * Lanes]);
            thresholds[k] = -(one * one + other * other) / 2;
        }
    }

    private double Decide(int batch, double lambda, double tau)
    {
        var distance = 0.0;
        for (var k = batch * Batch; k < Math.Min(Count, (batch + 1) * Batch); k++)
        {
            var now = Rows.AsSpan(k * dimension, dimension);
            var then = proposals.AsSpan(k * dimension, dimension);
            var gain = lambda * (proposed[k] - Exponents[k]) - (Square(then) - Square(now)) / (2 * tau);
            if (!(gain > thresholds[k]))
                continue;
            then.CopyTo(now);
            Exponents[k] = proposed[k];
            distance += lengths[k];
        }
        return distance;
    }

    private static double Square(ReadOnlySpan<double> point)
    {
        var sum = 0.0;
        foreach (var w in point)
            sum += w * w;
        return sum;
    }

    private double[,] Root(double[] weights)
    {
        var (mean, covariance, total) = (new double[dimension], new double[dimension, dimension], weights.Sum());
        for (var k = 0; k < Count; k++)
        for (var i = 0; i < dimension; i++)
            mean[i] += weights[k] / total * Rows[k * dimension + i];
        for (var k = 0; k < Count; k++)
        for (var i = 0; i < dimension; i++)
        for (var j = 0; j <= i; j++)
            covariance[i, j] += weights[k] / total * (Rows[k * dimension + i] - mean[i]) * (Rows[k * dimension + j] - mean[j]);
        // A little of the diagonal, so that a population of few distinct particles still moves everywhere.
        for (var i = 0; i < dimension; i++)
        {
            covariance[i, i] += 1e-10 * (1e-300 + covariance[i, i]);
            for (var j = 0; j < i; j++)
                covariance[j, i] = covariance[i, j];
        }
        return Matrix<double>.Build.DenseOfArray(covariance).Cholesky().Factor.ToArray();
    }
}

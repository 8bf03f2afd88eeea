using System.Numerics.Tensors;
using MathNet.Numerics.LinearAlgebra;
using MeanField.Engine.Collectives;
using MeanField.Engine.InputLaws;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Minimisers;

/// <summary>
/// The particles of annealing, M x d row-major. Their law at the temperature lambda has the density q exp(lambda L), q that of the base and
/// L = H + log gamma - log q, so that lambda = 1 is exp(H) gamma.
/// </summary>
internal sealed class Population
{
    /// <summary>Products of larger numbers overflow soon.</summary>
    private const double LargestVariance = 1e250;

    private readonly int dimension;
    private readonly StudentBase origin;
    private readonly double[] thresholds;
    private double[] rows;
    private double[] proposals;
    private Heights heights;
    private Heights proposed;
    private double[] before = [];

    private Population(double[] rows, int count, int dimension, StudentBase origin)
    {
        (this.rows, proposals, this.dimension, this.origin) = (rows, new double[rows.Length], dimension, origin);
        (heights, proposed, thresholds) = (new Heights(count), new Heights(count), new double[count]);
    }

    /// <summary>L at each particle.</summary>
    public double[] LogRatios => heights.LogRatios;

    private int Count => thresholds.Length;

    private int Batches => (Count + Proposals.Batch - 1) / Proposals.Batch;

    /// <summary>Independent draws of the base.</summary>
    public static Population OfBase(int count, int dimension, double tau, ulong seed, uint replica, ExponentProgram exponent)
    {
        var origin = new StudentBase(dimension, tau);
        var population = new Population(origin.Draw(count, seed, replica), count, dimension, origin);
        exponent.At(population.rows, population.heights.LogRatios);
        for (var k = 0; k < count; k++)
            population.heights.Measure(k, population.rows.AsSpan(k * dimension, dimension), origin);
        return population;
    }

    /// <summary>
    /// The shape of the particles weighted by exp(power L); null where they are spread without bounds, as those of a law of infinite mass are in the end.
    /// </summary>
    public MoveShape? Shape(double power, IReadOnlyList<int> widths)
    {
        var covariance = Covariance(Weights(power));
        return covariance.Diagonal().ForAll(variance => variance < LargestVariance) ? MoveShape.Of(covariance, widths) : null;
    }

    /// <summary>Resamples by the weights exp(power L), systematically.</summary>
    public void Resample(double power, ulong seed, uint replica, uint temperature)
    {
        var numbers = new CounterNumbers(seed, NoiseStream.Sampler, replica, temperature + 1);
        Span<double> uniform = stackalloc double[1];
        numbers.Uniforms(uniform);
        foreach (var (k, source) in SystematicResampling.Sources(Weights(power), uniform[0]).Index())
        {
            rows.AsSpan(source * dimension, dimension).CopyTo(proposals.AsSpan(k * dimension));
            proposed.Take(k, heights, source);
        }
        (rows, proposals) = (proposals, rows);
        (heights, proposed) = (proposed, heights);
        before = [.. rows];
    }

    private double[] Weights(double power)
    {
        var top = LogRatios.Max();
        return [.. LogRatios.Select(ratio => Math.Exp(power * (ratio - top)))];
    }

    /// <summary>One proposal for each particle, accepted by the density at lambda.</summary>
    public void Move(ExponentProgram exponent, Proposals moves, MoveShape shape, double lambda, Team team, MoveKey key)
    {
        team.Run(Batches, (batch, _) => moves.Propose(batch, shape, key, rows, proposals, thresholds));
        exponent.At(proposals, proposed.LogRatios);
        team.Run(Batches, (batch, _) => Decide(batch, lambda));
    }

    /// <summary>
    /// The largest correlation over particles of a component, or of its size, with itself at the last resampling: 0 where all is forgotten. Sizes tell of
    /// particles that only change their sign.
    /// </summary>
    public double Correlation() => Math.Max(Correlation(w => w), Correlation(Math.Abs));

    private double Correlation(Func<double, double> of)
    {
        var (sums, squares, moves) = (new double[dimension], new double[dimension], new double[dimension]);
        for (var (k, i) = (0, 0); k < rows.Length; k++, i = i + 1 == dimension ? 0 : i + 1)
        {
            var value = of(rows[k]);
            var move = value - of(before[k]);
            sums[i] += value;
            squares[i] += value * value;
            moves[i] += move * move;
        }
        // Without any spread all are copies of one particle.
        return sums.Select((sum, i) => squares[i] - sum * sum / Count is > 0 and var spread ? 1 - moves[i] / (2 * spread) : 1).Max();
    }

    /// <summary>The particles at a temperature as points for gamma: each weighs gamma over its density, Z/M exp(-H) at lambda = 1.</summary>
    public IntegrationPoints Points(double lambda, double logZ, double ruleError, double correlation)
    {
        var logWeights = new double[Count];
        for (var k = 0; k < Count; k++)
        {
            var prior = origin.LogPrior(TensorPrimitives.SumOfSquares<double>(rows.AsSpan(k * dimension, dimension)));
            logWeights[k] = logZ - Math.Log(Count) - (heights.LogDensity(k, lambda) - prior);
        }
        return new IntegrationPoints(dimension, rows, logWeights)
        {
            Correlation = correlation,
            RuleError = ruleError,
            Temperature = lambda,
        };
    }

    private void Decide(int batch, double lambda)
    {
        for (var k = batch * Proposals.Batch; k < Math.Min(Count, (batch + 1) * Proposals.Batch); k++)
        {
            var then = proposals.AsSpan(k * dimension, dimension);
            proposed.Measure(k, then, origin);
            var gain = proposed.LogDensity(k, lambda) - heights.LogDensity(k, lambda);
            if (!(gain > thresholds[k]))
                continue;
            then.CopyTo(rows.AsSpan(k * dimension, dimension));
            heights.Take(k, proposed, k);
        }
    }

    private Matrix<double> Covariance(double[] weights)
    {
        var (mean, covariance, total) = (new double[dimension], Matrix<double>.Build.Dense(dimension, dimension), weights.Sum());
        for (var k = 0; k < Count; k++)
        for (var i = 0; i < dimension; i++)
            mean[i] += weights[k] / total * rows[k * dimension + i];
        for (var k = 0; k < Count; k++)
        for (var i = 0; i < dimension; i++)
        for (var j = 0; j <= i; j++)
            covariance[i, j] += weights[k] / total * (rows[k * dimension + i] - mean[i]) * (rows[k * dimension + j] - mean[j]);
        // A little of the diagonal, so that a population of few distinct particles still moves everywhere.
        for (var i = 0; i < dimension; i++)
        {
            covariance[i, i] += 1e-10 * (1e-300 + covariance[i, i]);
            for (var j = 0; j < i; j++)
                covariance[j, i] = covariance[i, j];
        }
        return covariance;
    }
}

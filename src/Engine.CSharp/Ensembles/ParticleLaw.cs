using System.Numerics;
using MeanField.Engine.Runs;

namespace MeanField.Engine.Ensembles;

/// <summary>
/// Mean (d) and covariance (d x d) of the law of one particle, from R replicas of N particles each. The mean is that of all R N particles;
/// the covariance is their mean square deviation from it, divided by R N. In the parameters' units and their squares.
/// </summary>
/// <param name="Mean">d means.</param>
/// <param name="Covariance">d rows of d.</param>
/// <param name="MeanErrors">Standard errors over replicas, as in <see cref="ReplicaStatistics"/>; null for one replica.</param>
/// <param name="CovarianceErrors">Standard errors over replicas of the mean square deviations from the common mean; null for one replica.</param>
/// <param name="MeanPlugInErrors">sqrt(variance / (R N)): right for independent particles only.</param>
/// <param name="CovariancePlugInErrors">sqrt of the variance of the products of deviations over R N: right for independent particles only.</param>
public sealed record ParticleLaw(
    double[] Mean,
    double[][] Covariance,
    double[]? MeanErrors,
    double[][]? CovarianceErrors,
    double[] MeanPlugInErrors,
    double[][] CovariancePlugInErrors
)
{
    /// <summary>
    /// The law of the given particles: of each replica N x d numbers, row-major, in parts of whole rows that are enumerated twice. Every sum runs over particles in order, then over
    /// replicas, so that the result does not depend on vector width or threads. Cost: 2 R N d^2 multiply-adds on the calling thread.
    /// </summary>
    /// <exception cref="ArgumentException">No replicas, no particles, or a replica with another number of them.</exception>
    public static ParticleLaw Of(IReadOnlyList<IEnumerable<double[]>> replicas, int particles, int dimension)
    {
        if (replicas.Count == 0 || particles == 0)
        {
            throw new ArgumentException("replicas with particles", nameof(replicas));
        }

        var (mean, meanErrors) = OverReplicas([.. replicas.Select(replica => MeanOf(replica, particles, dimension))]);
        var spreads = replicas.Select(replica => Spread.Around(mean, replica, particles)).ToArray();
        var (covariance, covarianceErrors) = OverReplicas([.. spreads.Select(spread => spread.Products)]);
        var (fourth, _) = OverReplicas([.. spreads.Select(spread => spread.SquaredProducts)]);
        double all = (long)particles * replicas.Count;
        var plugIn = covariance.Select((c, i) => Math.Sqrt(Math.Max(0, fourth[i] - (c * c)) / all)).ToArray();

        return new ParticleLaw(
            mean,
            Rows(covariance, dimension),
            meanErrors,
            covarianceErrors is null ? null : Rows(covarianceErrors, dimension),
            [.. mean.Select((_, k) => Math.Sqrt(covariance[k * (dimension + 1)] / all))],
            Rows(plugIn, dimension)
        );
    }

    private static double[] MeanOf(IEnumerable<double[]> parts, int particles, int dimension)
    {
        var (sum, count) = (new double[dimension], 0L);

        foreach (var part in parts)
        {
            count += part.Length;

            for (var i = 0; i < part.Length; i++)
            {
                sum[i % dimension] += part[i];
            }
        }

        return count == (long)particles * dimension
            ? [.. sum.Select(total => total / particles)]
            : throw new ArgumentException($"{count} numbers of {particles} particles with {dimension} components", nameof(parts));
    }

    private static (double[] Mean, double[]? Errors) OverReplicas(double[][] replicas)
    {
        var statistics = replicas[0].Select((_, i) => ReplicaStatistics.Of([.. replicas.Select(replica => replica[i])])).ToArray();
        var mean = statistics.Select(one => one.Mean).ToArray();
        return (mean, replicas.Length == 1 ? null : [.. statistics.Select(one => one.StandardError!.Value)]);
    }

    private static double[][] Rows(double[] matrix, int dimension) => [.. matrix.Chunk(dimension)];

    /// <summary>Means over one replica of x_k x_l and (x_k x_l)^2, x the deviation from a given point; d x d, row-major.</summary>
    private sealed record Spread(double[] Products, double[] SquaredProducts)
    {
        // As many particles at a time as keep the running sums' traffic to memory below the arithmetic.
        private const int Block = 64;

        public static Spread Around(double[] point, IEnumerable<double[]> parts, double particles)
        {
            var dimension = point.Length;
            var spread = new Spread(new double[dimension * dimension], new double[dimension * dimension]);

            foreach (var part in parts)
            {
                spread.AddAround(point, part);
            }

            return new Spread(
                [.. spread.Products.Select(sum => sum / particles)],
                [.. spread.SquaredProducts.Select(sum => sum / particles)]
            );
        }

        private void AddAround(double[] point, double[] part)
        {
            var dimension = point.Length;

            for (var first = 0; first < part.Length; first += Block * dimension)
            {
                var deviations = new double[Math.Min(Block * dimension, part.Length - first)];

                for (var i = 0; i < deviations.Length; i++)
                {
                    deviations[i] = part[first + i] - point[i % dimension];
                }

                Add(deviations, dimension);
            }
        }

        private void Add(double[] deviations, int dimension)
        {
            for (var k = 0; k < dimension; k++)
            {
                var l = 0;

                for (; l + Vector<double>.Count <= dimension; l += Vector<double>.Count)
                {
                    AddLanes(deviations, dimension, k, l);
                }

                for (; l < dimension; l++)
                {
                    AddOne(deviations, dimension, k, l);
                }
            }
        }

        /// <summary>The entries (k, l), (k, l + 1), ...: each lane is one entry, with the same operations as <see cref="AddOne"/>.</summary>
        private void AddLanes(double[] deviations, int dimension, int k, int l)
        {
            var at = (k * dimension) + l;
            var (products, squares) = (new Vector<double>(Products, at), new Vector<double>(SquaredProducts, at));

            for (var row = 0; row < deviations.Length; row += dimension)
            {
                var product = new Vector<double>(deviations[row + k]) * new Vector<double>(deviations, row + l);
                products += product;
                squares += product * product;
            }

            products.CopyTo(Products, at);
            squares.CopyTo(SquaredProducts, at);
        }

        private void AddOne(double[] deviations, int dimension, int k, int l)
        {
            var at = (k * dimension) + l;

            for (var row = 0; row < deviations.Length; row += dimension)
            {
                var product = deviations[row + k] * deviations[row + l];
                Products[at] += product;
                SquaredProducts[at] += product * product;
            }
        }
    }
}

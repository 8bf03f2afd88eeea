namespace MeanField.Engine.Minimisers;

/// <summary>What independent points say of mu_alpha.</summary>
/// <param name="Sums">Partition function and moments.</param>
/// <param name="Law">Mean and covariance of a neuron.</param>
/// <param name="TailShape">The shape of the tail of the points' weights.</param>
/// <param name="Correlation">That of the points.</param>
internal sealed record Replicate(TiltedSums Sums, NeuronLaw Law, double TailShape, double Correlation)
{
    /// <summary>How far the density that a scout found is above the largest at the points, by its logarithm; -infinity where none looked.</summary>
    public double Unseen { get; init; } = double.NegativeInfinity;

    /// <summary>Replicates as one: partition functions are averaged, means weigh by them, as if all points were one sample.</summary>
    public static Replicate Pooled(IReadOnlyList<Replicate> replicates)
    {
        var top = replicates.Max(one => one.Sums.LogZ);
        var weights = replicates.Select(one => Math.Exp(one.Sums.LogZ - top)).ToArray();
        var total = weights.Sum();
        double Mean(Func<Replicate, double> part) => replicates.Zip(weights, (one, weight) => weight / total * part(one)).Sum();
        var (nodes, width) = (replicates[0].Sums.Moment.Length, replicates[0].Law.Mean.Length);
        double[] mean = [.. Enumerable.Range(0, width).Select(i => Mean(one => one.Law.Mean[i]))];
        var sums = new TiltedSums(
            top + Math.Log(total / replicates.Count),
            [.. Enumerable.Range(0, nodes).Select(j => Mean(one => one.Sums.Moment[j]))],
            null,
            Mean(one => one.Sums.Tilt),
            Mean(one => one.Sums.EffectiveSampleFraction)
        );
        var covariance = Enumerable
            .Range(0, width)
            .Select(i =>
                Enumerable
                    .Range(0, width)
                    .Select(j => Mean(one => one.Law.Covariance[i][j] + one.Law.Mean[i] * one.Law.Mean[j]) - mean[i] * mean[j])
                    .ToArray()
            )
            .ToArray();
        return new Replicate(
            sums,
            new NeuronLaw(mean, covariance),
            replicates.Max(one => one.TailShape),
            replicates.Max(one => one.Correlation)
        );
    }
}

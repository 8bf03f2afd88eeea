namespace MeanField.Engine.Minimisers;

/// <summary>What independent points say of mu_alpha.</summary>
/// <param name="Sums">Partition function and moments.</param>
/// <param name="Law">Mean and covariance of a neuron.</param>
/// <param name="TailShape">The shape of the tail of the points' weights.</param>
internal sealed record Replicate(TiltedSums Sums, NeuronLaw Law, double TailShape)
{
    /// <summary>The correlation that the points kept while they were made.</summary>
    public double Correlation { get; init; }

    /// <summary>Where some points have no mass: the largest share that one has. How many of them are within a border is no better known than to one.</summary>
    public double Grain { get; init; }

    /// <summary>The temperature that they came to; 1 for the law itself.</summary>
    public double Temperature { get; init; } = 1;

    /// <summary>What log Z changes under another rule for the steps between temperatures.</summary>
    public double RuleError { get; init; }

    /// <summary>What log Z over both ways through the temperatures differs by from either.</summary>
    public double Lag { get; init; }

    /// <summary>How much wider all chains are than one; 1 without chains.</summary>
    public double ScaleReduction { get; init; } = 1;

    /// <summary>How far means of chains from another start are from those of the points, in standard deviations.</summary>
    public double Contrast { get; init; }

    /// <summary>How far the density that a scout found is above the largest at the points, by its logarithm; -infinity where none looked.</summary>
    public double Unseen { get; init; } = double.NegativeInfinity;

    /// <summary>Replicates as one: partition functions are averaged, means weigh by them, as if all points were one sample.</summary>
    public static Replicate Pooled(IReadOnlyList<Replicate> replicates)
    {
        double[] shares = LogSums.Shares([.. replicates.Select(one => one.Sums.LogZ)]);
        double Mean(Func<Replicate, double> part) => replicates.Zip(shares, (one, share) => share * part(one)).Sum();
        var width = replicates[0].Law.Mean.Length;
        double[] mean = [.. Enumerable.Range(0, width).Select(i => Mean(one => one.Law.Mean[i]))];
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
            TiltedSums.Pooled([.. replicates.Select(one => one.Sums)]),
            new NeuronLaw(mean, covariance),
            replicates.Max(one => one.TailShape)
        );
    }
}

namespace MeanField.Engine.Runs;

/// <summary>
/// What R independent replicas say about a number: their mean and its standard error s/sqrt(R), with
/// s^2 = SUM (v - mean)^2/(R - 1); intervals use Student's t with R - 1 degrees of freedom. Two passes in replica order.
/// </summary>
/// <param name="Mean">The mean over replicas.</param>
/// <param name="StandardError">s/sqrt(R); null for one replica.</param>
public sealed record ReplicaStatistics(double Mean, double? StandardError)
{
    /// <summary>Why one replica has no standard error.</summary>
    public const string OneReplica = "one replica has no standard error: take run.replicas >= 2";

    /// <summary>The statistics of one number per replica.</summary>
    /// <exception cref="ArgumentException">No replicas.</exception>
    public static ReplicaStatistics Of(ReadOnlySpan<double> replicas)
    {
        ArgumentOutOfRangeException.ThrowIfZero(replicas.Length);
        var sum = 0.0;

        foreach (var value in replicas)
        {
            sum += value;
        }

        var mean = sum / replicas.Length;
        return new ReplicaStatistics(mean, replicas.Length == 1 ? null : StandardErrorAround(mean, replicas));
    }

    /// <summary>The mean with its standard error, and the given naive error beside it.</summary>
    public Estimate AsEstimate(Quantity plugInError) =>
        new(Quantity.Of(Mean), StandardError is { } error ? Quantity.Of(error) : Quantity.Absent(OneReplica), plugInError);

    private static double StandardErrorAround(double mean, ReadOnlySpan<double> replicas)
    {
        var squares = 0.0;

        foreach (var value in replicas)
        {
            squares += (value - mean) * (value - mean);
        }

        return Math.Sqrt(squares / (replicas.Length - 1) / replicas.Length);
    }
}

namespace MeanField.Engine.Minimisers;

/// <summary>Whether the spread of replicates may be believed: all of them may miss the same part of the law, and then agree on a wrong value.</summary>
internal sealed record Diagnosis
{
    /// <summary>Below this share of effective points weights come from too few: the law is too far from the prior.</summary>
    private const double LeastEffectiveShare = 0.01;

    /// <summary>The standard deviation of log Z beyond which its mean is that of rare replicates.</summary>
    private const double LargestSpread = 1;

    /// <summary>The correlation beyond which a component has hardly moved.</summary>
    private const double LargestCorrelation = 0.9;

    /// <summary>The scale reduction beyond which chains do not agree: one of them sees about half of the variance of all.</summary>
    private const double LargestScaleReduction = 1.4;

    /// <summary>The difference of means, in standard deviations, beyond which chains of two starts do not agree: five errors of 512 chains.</summary>
    private const double LargestContrast = 0.35;

    /// <summary>The largest densities of two samples differ by their luck; by more than so much, in logarithms, one has missed a mode.</summary>
    private const double LargestUnseen = 3;

    /// <summary>The diagnosis of independent replicates.</summary>
    public static Diagnosis Of(IReadOnlyList<Replicate> replicates)
    {
        var mean = replicates.Average(one => one.Sums.LogZ);
        double[] shapes = [.. replicates.Select(one => one.TailShape).Order()];
        return new Diagnosis
        {
            TailShape = shapes[shapes.Length / 2],
            EffectiveShare = replicates.Average(one => one.Sums.EffectiveSampleFraction),
            Spread = Math.Sqrt(replicates.Sum(one => Math.Pow(one.Sums.LogZ - mean, 2)) / (replicates.Count - 1)),
            Correlation = replicates.Max(one => one.Correlation),
            ScaleReduction = replicates.Max(one => one.ScaleReduction),
            Contrast = replicates.Max(one => one.Contrast),
            Unseen = replicates.Max(one => one.Unseen),
            Temperature = replicates.Min(one => one.Temperature),
        };
    }

    /// <summary>k of the tail of weights, the median of replicates.</summary>
    public required double TailShape { get; init; }

    /// <summary>(SUM p)^2/(M SUM p^2) of weights p within replicates.</summary>
    public required double EffectiveShare { get; init; }

    /// <summary>Standard deviation of log Z between replicates.</summary>
    public required double Spread { get; init; }

    /// <summary>The largest correlation that a component of the points kept with itself at some temperature.</summary>
    public required double Correlation { get; init; }

    /// <summary>The largest root of the variance of all chains over that within one.</summary>
    public required double ScaleReduction { get; init; }

    /// <summary>The largest difference of means of chains of two starts, in standard deviations.</summary>
    public required double Contrast { get; init; }

    /// <summary>How far a scout found a larger density than at all points.</summary>
    public required double Unseen { get; init; }

    /// <summary>The temperature that all of them came to; 1 for the law itself.</summary>
    public required double Temperature { get; init; }

    /// <summary>Whether more points of the same kind are in vain.</summary>
    public bool IsHopeless => Temperature < 1 || ChainsDisagree || !(EffectiveShare >= LeastEffectiveShare) || TailShape > 1;

    private bool ChainsDisagree => ScaleReduction > LargestScaleReduction || Contrast > LargestContrast;

    /// <summary>What is wrong in words; null where nothing is found.</summary>
    public string? Doubt =>
        Temperature < 1
            ? FormattableString.Invariant(
                $"annealing ended at the temperature lambda = {Temperature:G3}, before 1: no particle has weight, no step of lambda keeps enough of them, or they spread without bounds, as where the law of this alpha has infinite mass"
            )
        : double.IsNaN(Spread) ? "log Z is not finite: H is -infinity at all points, or not finite at one"
        : TailShape > ParetoTail.LargestShape
            ? FormattableString.Invariant(
                $"importance weights have a Pareto tail of shape {TailShape:F2}, above {ParetoTail.LargestShape}: standard errors cannot be believed"
            )
        : !(EffectiveShare >= LeastEffectiveShare)
            ? FormattableString.Invariant($"{EffectiveShare:P2} of the points count: the law is too far from the prior")
        : !(Spread <= LargestSpread)
            ? FormattableString.Invariant(
                $"log Z differs by {Spread:G3} (standard deviation) between independent replicates, more than {LargestSpread}"
            )
        : Unseen > LargestUnseen
            ? FormattableString.Invariant(
                $"the law has a mode that these points miss: its density elsewhere is exp({Unseen:G3}) times as large as at all of them"
            )
        : !(Correlation <= LargestCorrelation)
            ? FormattableString.Invariant($"particles hardly move: a component keeps the correlation {Correlation:F2} with where it was")
        : ChainsDisagree
            ? FormattableString.Invariant(
                $"chains disagree: all of them spread {ScaleReduction:G3} times as wide as one, and their means differ by {Contrast:G3} standard deviations from those of another start (at most {LargestScaleReduction} and {LargestContrast}): they do not pass between modes"
            )
        : null;
}

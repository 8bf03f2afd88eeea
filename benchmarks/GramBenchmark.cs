using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Minimisers;

namespace MeanField.Benchmarks;

/// <summary>
/// Weighted first and second moments of n features over chunks of points, one thread: billions of multiply-adds a second of processor time,
/// of the n (n + 1)/2 that a point needs, packing and all else included. Median of rounds.
/// </summary>
internal static unsafe class GramBenchmark
{
    private const int Points = ReductionOrder.Chunk;
    private const int Rounds = 15;
    private const double SecondsOfSample = 0.05;

    /// <summary>gram N...</summary>
    public static int Run(string[] arguments)
    {
        foreach (var features in arguments.Select(int.Parse))
            Console.WriteLine(FormattableString.Invariant($"{features} {Rate(features):F2}"));
        return 0;
    }

    private static double Rate(int features)
    {
        var stride = Points * sizeof(double) + 64;
        using var rows = new AlignedBuffer((long)features * stride);
        rows.Slice<double>(0, features * stride / sizeof(double)).Fill(0.5);
        var weights = Enumerable.Repeat(1.0, Points).ToArray();
        using var moments = new WeightedMoments(features, VectorTargets.Default);
        using var panels = new MomentPanels(features);
        var rates = new double[Rounds];
        for (var round = 0; round < Rounds; round++)
        {
            var (start, chunks, seconds) = (ThreadClock.Milliseconds, 0, 0.0);
            for (; seconds < SecondsOfSample; chunks++, seconds = (ThreadClock.Milliseconds - start) / 1e3)
                moments.Add(panels, rows.Start, stride, weights, weights);
            rates[round] = chunks * (double)Points * features * (features + 1) / 2 / seconds / 1e9;
        }
        return rates.Order().ElementAt(Rounds / 2);
    }
}

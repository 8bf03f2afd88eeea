namespace MeanField.Engine.Multilevel;

/// <summary>
/// One term of the telescoping sum: the difference of the risks of ensembles with 2^l steps and half as many on the same Brownian paths; on the coarsest
/// level the risk itself. Replicas are added as the allocation asks for them.
/// </summary>
internal sealed class Level(LevelEnsembles ensembles, int exponent, int particles, bool isCoarsest)
{
    /// <summary>Replicas of different levels never share noise; a level has room for as many.</summary>
    private const int ReplicaBits = 24;

    private readonly List<double[]> fine = [];
    private readonly List<double[]> coarse = [];

    /// <summary>Steps of its finer ensembles.</summary>
    public long Steps => 1L << exponent;

    /// <summary>N of every replica.</summary>
    public int Particles => particles;

    /// <summary>Independent replicas so far.</summary>
    public int Replicas => fine.Count;

    /// <summary>Steps of one particle, on both grids.</summary>
    public double Cost => isCoarsest ? Steps : 1.5 * Steps;

    /// <summary>The term, with its standard error.</summary>
    public (double Value, double Error) Term { get; private set; }

    /// <summary>The variance of the term for one particle: that of M particles is this over M.</summary>
    public double Variance => Term.Error * Term.Error * Replicas * particles;

    /// <summary>The variance of the risk on the finer grid alone, for one particle.</summary>
    public double VarianceAlone => Math.Pow(PairStatistic.Of(new SignedRows(1, fine)).Error, 2) * Replicas * particles;

    /// <summary>The correction for N instead of infinitely many particles, with its standard error; zero where it was not measured.</summary>
    public (double Value, double Error) Correction { get; private set; }

    /// <summary>Whether there is room for so many replicas.</summary>
    public static bool Holds(double replicas) => replicas <= 1 << ReplicaBits;

    /// <summary>Adds replicas; false where a particle leaves the finite numbers.</summary>
    public bool Add(int replicas)
    {
        var first = (exponent << ReplicaBits) + Replicas;
        if (ensembles.Residuals(particles, 0, Steps, 0, first, replicas) is not { } finer)
            return false;
        if (!isCoarsest)
        {
            if (ensembles.Residuals(particles, 0, Steps / 2, 1, first, replicas) is not { } coarser)
                return false;
            coarse.AddRange(coarser);
        }
        fine.AddRange(finer);
        Term = PairStatistic.Of(Sets(1, fine, coarse));
        return true;
    }

    /// <summary>
    /// Measures the correction: each of the first replicas is compared with its two halves, which are ensembles of their own on the same noise. The
    /// bias of a half is twice that of the whole, up to order 1/N^2, so that whole - halves, added, takes it away; the noise cancels but for O(1/N).
    /// </summary>
    public void Correct(int replicas)
    {
        var (halvesFine, halvesCoarse) = (Halves(Steps, 0, replicas), isCoarsest ? [] : Halves(Steps / 2, 1, replicas));
        Correction = PairStatistic.Of([
            .. Sets(1, [.. fine.Take(replicas)], [.. coarse.Take(replicas)]),
            .. Sets(-1, halvesFine, halvesCoarse),
        ]);
    }

    private SignedRows[] Sets(double weight, IReadOnlyList<double[]> finer, IReadOnlyList<double[]> coarser) =>
        isCoarsest ? [new(weight, finer)] : [new(weight, finer), new(-weight, coarser)];

    /// <summary>The mean of what the two halves leave of the target.</summary>
    private double[][] Halves(long steps, int noiseLevel, int replicas)
    {
        var halves = new[] { 0, particles / 2 }
            .Select(first => ensembles.Residuals(particles / 2, first, steps, noiseLevel, exponent << ReplicaBits, replicas))
            .ToArray();
        return
        [
            .. Enumerable
                .Range(0, replicas)
                .Select(r =>
                    halves.All(half => half is not null)
                        ? halves[0]![r].Zip(halves[1]![r], (a, b) => (a + b) / 2).ToArray()
                        : [.. fine[r].Select(_ => double.NaN)]
                ),
        ];
    }
}

using System.Numerics;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Noise;

/// <summary>
/// Brownian increments on a dyadic grid. A level-l increment spans 2^l fine steps and is, in floating point, the sum
/// of its halves, rounded to T: Increment(s, l) = Increment(2s, l-1) + Increment(2s+1, l-1). Increments are in units of the fine step's standard
/// deviation: the caller multiplies by sqrt(fine step), at every level alike, so that runs of different step sizes see one path.
/// Not thread-safe per worker: each worker has its own path object (scratch memory), all of them see the same path.
/// </summary>
public sealed class BrownianPath<T>(NormalNoise<T> noise)
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    private readonly List<T[]> scratch = [];

    /// <summary>Particles and components of the path.</summary>
    public ParticleLayout Layout => noise.Layout;

    /// <summary>
    /// Fills the increments of a replica's particles from <paramref name="first"/> on, whole blocks of 16, over step
    /// <paramref name="step"/> of level <paramref name="level"/>: layout [block][component][16], variance 2^level, padding 0. Cost 2^level
    /// fine draws.
    /// </summary>
    public void Increment(uint replica, int first, uint step, int level, Span<T> increments)
    {
        ArgumentOutOfRangeException.ThrowIfNegative(level);
        if (level == 0)
        {
            noise.Fill(first, step, replica, NoiseStream.Path, increments);
            return;
        }
        var second = Scratch(level, increments.Length);
        Increment(replica, first, checked(2 * step), level - 1, increments);
        Increment(replica, first, checked(2 * step + 1), level - 1, second);
        for (var k = 0; k < increments.Length; k++)
            increments[k] += second[k];
    }

    private Span<T> Scratch(int level, int length)
    {
        while (scratch.Count < level)
            scratch.Add([]);
        if (scratch[level - 1].Length < length)
            scratch[level - 1] = new T[length];
        return scratch[level - 1].AsSpan(0, length);
    }
}

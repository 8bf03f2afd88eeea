using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Runs;

/// <summary>The increments that the first particles of a replica took, of variance 1 whatever the level of the noise's grid.</summary>
internal sealed class PathIncrements(SimulationOptions options, Run settings, ParticleLayout layout, VectorTarget target, uint replica)
{
    private readonly BrownianPath<double> path = new(new NormalNoise<double>(unchecked((ulong)settings.Seed), layout, target));
    private readonly double[] superblock = new double[layout.Range(0, layout.Dimension).Length];

    /// <summary>The first numbers of step k, in storage order; they are in the first superblock.</summary>
    public double[] Of(int k, long length)
    {
        path.Increment(replica, first: 0, (uint)k, options.NoiseLevel, superblock);
        var scale = 1 / Math.Sqrt(1L << options.NoiseLevel);
        return [.. superblock.Take((int)length).Select(increment => scale * increment)];
    }
}

using MeanField.Core;
using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Runs;

/// <summary>The increments that the first particles of a replica took, of variance 1 whatever the level of the noise's grid.</summary>
internal sealed class PathIncrements(SimulationOptions options, Run settings, ParticleLayout layout, VectorTarget target, uint replica)
{
    private readonly BrownianPath<double> path = new(new NormalNoise<double>(unchecked((ulong)settings.Seed), layout, target));

    /// <summary>The first numbers of step k, whole blocks in storage order.</summary>
    public double[] Of(int k, int length)
    {
        var increments = new double[length];
        path.Increment(replica, first: 0, (uint)k, options.NoiseLevel, increments);
        var scale = 1 / Math.Sqrt(1L << options.NoiseLevel);
        return Array.ConvertAll(increments, increment => scale * increment);
    }
}

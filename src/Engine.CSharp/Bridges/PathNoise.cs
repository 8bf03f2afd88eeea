using MeanField.Engine.Compile;
using MeanField.Engine.Ensembles;
using MeanField.Engine.Noise;

namespace MeanField.Engine.Bridges;

/// <summary>Standard normals for the steps of paths, row-major N x d. Deterministic for a seed; not thread-safe.</summary>
internal sealed class PathNoise
{
    private readonly ParticleLayout layout;
    private readonly NormalNoise<double> noise;
    private readonly NoiseStream stream;
    private readonly double[] numbers;

    public PathNoise(int count, int dimension, ulong seed, NoiseStream stream, VectorTarget target)
    {
        (layout, this.stream) = (new ParticleLayout(count, dimension), stream);
        noise = new NormalNoise<double>(seed, layout, target);
        numbers = new double[layout.Length];
    }

    /// <summary>Fills the numbers of a step.</summary>
    public void Fill(int step, Span<double> rows)
    {
        noise.Fill(first: 0, (uint)step, replica: 0, stream, numbers);
        for (var k = 0; k < layout.Particles; k++)
        for (var i = 0; i < layout.Dimension; i++)
            rows[k * layout.Dimension + i] = numbers[layout.Index(k, i)];
    }
}

using MeanField.Engine.Elementary;

namespace MeanField.Engine.Runs;

/// <summary>The particles of all replicas as rows, in the format of the run's particles: what files and digests hold.</summary>
internal sealed class ParticleRows(IReadOnlyList<double[]> replicas, int dimension, NumberFormat format)
{
    /// <summary>Widened, exactly.</summary>
    public IReadOnlyList<double[]> Replicas => replicas;

    /// <summary>d.</summary>
    public int Dimension => dimension;

    /// <summary>The fingerprint.</summary>
    public string Digest() => format == NumberFormat.Single ? Runs.Digest.Of(Narrowed) : Runs.Digest.Of(replicas);

    /// <summary>Writes the snapshot after <paramref name="step"/> steps.</summary>
    public void Write(RunFolder folder, long step)
    {
        if (format == NumberFormat.Single)
            folder.WriteParticles(step, dimension, Narrowed);
        else
            folder.WriteParticles(step, dimension, replicas);
    }

    private float[][] Narrowed => [.. replicas.Select(replica => Array.ConvertAll(replica, number => (float)number))];
}

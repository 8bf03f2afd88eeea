using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Runs;

/// <summary>
/// A copy of the particles of all replicas at one moment, in the format of the run: what files, digests and checkpoints hold. Steps may go on
/// meanwhile. Memory: R times the layout's length; rows are made when they are asked for.
/// </summary>
internal sealed class ParticleSnapshot(ParticleLayout layout, NumberFormat format, IReadOnlyList<AlignedBuffer> states) : IDisposable
{
    /// <summary>d.</summary>
    public int Dimension => layout.Dimension;

    /// <summary>R states, as ensembles hold them.</summary>
    public IReadOnlyList<AlignedBuffer> States => states;

    /// <summary>N x d rows of every replica, widened, exactly.</summary>
    public IEnumerable<double[]> Replicas => states.Select(state => layout.Rows(state, format));

    /// <summary>The fingerprint.</summary>
    public string Digest() => format == NumberFormat.Single ? Runs.Digest.Of(Narrowed) : Runs.Digest.Of(Replicas);

    /// <summary>Writes a .npy file: replicas below one another, (R N) x d.</summary>
    public void Write(Stream stream)
    {
        var rows = (long)states.Count * layout.Particles;
        if (format == NumberFormat.Single)
            NpyFile.Write(stream, rows, Dimension, Narrowed);
        else
            NpyFile.Write(stream, rows, Dimension, Replicas);
    }

    /// <summary>The particles in a file that <see cref="Write"/> has written.</summary>
    /// <exception cref="MeanField.Core.FaultException">Another file.</exception>
    public static ParticleSnapshot Read(string path, ParticleLayout layout, NumberFormat format)
    {
        var states = new List<AlignedBuffer>();
        foreach (var rows in NpyFile.ReadParts(path, layout.Particles))
        {
            var state = new AlignedBuffer(layout.Length * format.Bytes);
            layout.FromRows(rows, state, format);
            states.Add(state);
        }
        return new ParticleSnapshot(layout, format, states);
    }

    public void Dispose()
    {
        foreach (var state in states)
            state.Dispose();
    }

    private IEnumerable<float[]> Narrowed => Replicas.Select(replica => Array.ConvertAll(replica, number => (float)number));
}

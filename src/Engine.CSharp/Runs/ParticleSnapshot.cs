using MeanField.Core;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Runs;

/// <summary>
/// The particles of all replicas at one moment, in the format of the run: what files, digests and checkpoints hold. It looks at ensembles,
/// which must not go on meanwhile, or is a <see cref="Copy"/>. Rows are made part by part as they are asked for.
/// </summary>
internal sealed class ParticleSnapshot : IDisposable
{
    private readonly ParticleLayout layout;
    private readonly NumberFormat format;
    private readonly IReadOnlyList<AlignedBuffer> states;
    private readonly bool isCopy;

    private ParticleSnapshot(ParticleLayout layout, NumberFormat format, IReadOnlyList<AlignedBuffer> states, bool isCopy) =>
        (this.layout, this.format, this.states, this.isCopy) = (layout, format, states, isCopy);

    /// <summary>The particles of ensembles of one layout and format, as long as these do not go on.</summary>
    public ParticleSnapshot(IReadOnlyList<Ensemble> ensembles)
        : this(ensembles[0].Layout, ensembles[0].Format, [.. ensembles.Select(ensemble => ensemble.State)], isCopy: false) { }

    /// <summary>d.</summary>
    public int Dimension => layout.Dimension;

    /// <summary>Bytes of the particles.</summary>
    public long Bytes => states.Count * layout.Length * format.Bytes;

    /// <summary>Rows of every replica, N x d in parts, widened, exactly.</summary>
    public IEnumerable<IEnumerable<double[]>> Replicas => states.Select(Parts);

    /// <summary>The same particles while the ensembles go on.</summary>
    public ParticleSnapshot Copy() => new(layout, format, [.. states.Select(state => state.Copy())], isCopy: true);

    /// <summary>The fingerprint.</summary>
    public string Digest() => format == NumberFormat.Single ? Runs.Digest.Of(Narrowed) : Runs.Digest.Of(Widened);

    /// <summary>Writes a .npy file: replicas below one another, (R N) x d.</summary>
    public void Write(Stream stream)
    {
        var rows = (long)states.Count * layout.Particles;
        if (format == NumberFormat.Single)
            NpyFile.Write(stream, rows, Dimension, Narrowed);
        else
            NpyFile.Write(stream, rows, Dimension, Widened);
    }

    /// <summary>Reads the particles in a file that <see cref="Write"/> has written into ensembles, which it has as many of.</summary>
    /// <exception cref="FaultException">Another file.</exception>
    public static void Read(string path, IReadOnlyList<Ensemble> ensembles)
    {
        var layout = ensembles[0].Layout;
        using var parts = NpyFile.ReadParts(path, layout.Particles, layout.PartSize).GetEnumerator();
        foreach (var ensemble in ensembles)
        foreach (var (first, count) in layout.Parts)
        {
            if (!parts.MoveNext() || parts.Current.Length != count * layout.Dimension)
                throw Refused();
            layout.FromRows(parts.Current, ensemble.State, ensemble.Format, first);
        }
        if (parts.MoveNext())
            throw Refused();

        FaultException Refused() =>
            new(
                FaultModule.invalid(
                    Location.OfFile(path),
                    "another number of particles",
                    $"{(long)ensembles.Count * layout.Particles} x {layout.Dimension} numbers, those of the run",
                    "",
                    "delete this checkpoint: the run goes on from the one before it, or begins again"
                )
            );
    }

    public void Dispose()
    {
        foreach (var state in isCopy ? states : [])
            state.Dispose();
    }

    private IEnumerable<double[]> Widened => Replicas.SelectMany(parts => parts);

    private IEnumerable<float[]> Narrowed => Widened.Select(part => Array.ConvertAll(part, number => (float)number));

    private IEnumerable<double[]> Parts(AlignedBuffer state) =>
        layout.Parts.Select(part => layout.Rows(state, format, part.First, part.Count));
}

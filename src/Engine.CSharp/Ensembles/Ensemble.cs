namespace MeanField.Engine.Ensembles;

/// <summary>
/// One replica: N particles now, and after the step under way. The step is taken by <see cref="Commit"/> only, so that a step which
/// fails leaves the last good state. Memory: twice the layout's length.
/// </summary>
public sealed class Ensemble : IDisposable
{
    private AlignedBuffer next;

    /// <summary>All particles at 0.</summary>
    public Ensemble(ParticleLayout layout, int replica)
    {
        (Layout, Replica) = (layout, replica);
        (State, next) = (AlignedBuffer.Of<double>(layout.Length), AlignedBuffer.Of<double>(layout.Length));
    }

    /// <summary>Particles and components.</summary>
    public ParticleLayout Layout { get; }

    /// <summary>The replica's number, from 0: the noise knows it by this.</summary>
    public int Replica { get; }

    /// <summary>The particles now.</summary>
    public AlignedBuffer State { get; private set; }

    /// <summary>A superblock now.</summary>
    public Span<double> Now(int superblock) => Slice(State, superblock);

    /// <summary>A superblock after the step under way, to be written.</summary>
    public Span<double> Next(int superblock) => Slice(next, superblock);

    /// <summary>Takes the step: what was written becomes the state.</summary>
    public void Commit() => (State, next) = (next, State);

    /// <summary>The particles as rows, N x d.</summary>
    public double[] Rows()
    {
        var rows = new double[(long)Layout.Particles * Layout.Dimension];
        Layout.ToRows<double>(State, rows);
        return rows;
    }

    /// <summary>The parameters of one particle now.</summary>
    public double[] Parameters(int particle) =>
        [.. Enumerable.Range(0, Layout.Dimension).Select(component => State.Slice<double>(Layout.Index(particle, component), 1)[0])];

    /// <summary>Frees the native memory.</summary>
    public void Dispose()
    {
        State.Dispose();
        next.Dispose();
    }

    private Span<double> Slice(AlignedBuffer buffer, int superblock)
    {
        var (start, length) = Layout.Range(superblock, Layout.Dimension);
        return buffer.Slice<double>(start, length);
    }
}

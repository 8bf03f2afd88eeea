using MeanField.Engine.Elementary;

namespace MeanField.Engine.Ensembles;

/// <summary>
/// One replica: N particles now, and after the step under way. The step is taken by <see cref="Commit"/> only, so that a step which
/// fails leaves the last good state. Memory: twice the layout's length, thrice where schemes predict.
/// </summary>
public sealed class Ensemble : IDisposable
{
    private readonly AlignedBuffer? predicted;
    private AlignedBuffer next;

    /// <summary>All particles at 0, in a format; with a third state where the scheme <paramref name="predicts"/> one. Its particles are numbered
    /// from <paramref name="firstParticle"/>, a multiple of 128.</summary>
    public Ensemble(ParticleLayout layout, int replica, NumberFormat format, bool predicts = false, int firstParticle = 0)
    {
        (Layout, Replica, Format, FirstParticle) = (layout, replica, format, firstParticle);
        predicted = predicts ? new AlignedBuffer(layout.Length * format.Bytes) : null;
        (State, next) = (new AlignedBuffer(layout.Length * format.Bytes), new AlignedBuffer(layout.Length * format.Bytes));
    }

    /// <summary>The format of the parameters.</summary>
    public NumberFormat Format { get; }

    /// <summary>Particles and components.</summary>
    public ParticleLayout Layout { get; }

    /// <summary>The replica's number, from 0: the noise knows it by this.</summary>
    public int Replica { get; }

    /// <summary>The number of the first particle: the noise knows particles by number.</summary>
    public int FirstParticle { get; }

    /// <summary>The particles now.</summary>
    public AlignedBuffer State { get; private set; }

    /// <summary>The particles after the step under way, as far as they are written.</summary>
    internal AlignedBuffer Written => next;

    /// <summary>The particles that the step under way predicts.</summary>
    public AlignedBuffer Predicted => predicted ?? throw new InvalidOperationException("an ensemble without predictions");

    /// <summary>A superblock now; T is the type of the format.</summary>
    public Span<T> Now<T>(int superblock)
        where T : unmanaged => Slice<T>(State, superblock);

    /// <summary>A superblock after the step under way, to be written; T is the type of the format.</summary>
    public Span<T> Next<T>(int superblock)
        where T : unmanaged => Slice<T>(next, superblock);

    /// <summary>A superblock of the predicted state, to be written; empty where there is none.</summary>
    public Span<T> PredictedOf<T>(int superblock)
        where T : unmanaged => predicted is null ? [] : Slice<T>(predicted, superblock);

    /// <summary>Takes the step: what was written becomes the state.</summary>
    public void Commit() => (State, next) = (next, State);

    /// <summary>The particles as rows, N x d, widened.</summary>
    public double[] Rows() => Layout.Rows(State, Format);

    /// <summary>Goes on from another state of the same layout and format, which is copied.</summary>
    internal void Restore(AlignedBuffer state) => state.CopyTo(State);

    /// <summary>The parameters of one particle now, widened.</summary>
    public double[] Parameters(int particle) =>
        [.. Enumerable.Range(0, Layout.Dimension).Select(component => State.Read(Format, 0, Layout.Index(particle, component)))];

    /// <summary>Frees the native memory.</summary>
    public void Dispose()
    {
        State.Dispose();
        next.Dispose();
        predicted?.Dispose();
    }

    private Span<T> Slice<T>(AlignedBuffer buffer, int superblock)
        where T : unmanaged
    {
        var (start, length) = Layout.Range(superblock, Layout.Dimension);
        return buffer.Slice<T>(start, length);
    }
}

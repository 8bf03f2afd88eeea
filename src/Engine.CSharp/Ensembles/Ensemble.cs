using MeanField.Engine.Elementary;

namespace MeanField.Engine.Ensembles;

/// <summary>
/// One replica: N particles, which a step overwrites superblock by superblock. Memory: the layout's length, twice where schemes predict.
/// </summary>
public sealed class Ensemble : IDisposable
{
    private readonly AlignedBuffer? predicted;

    /// <summary>All particles at 0, in a format; with a second state where the scheme <paramref name="predicts"/> one. Its particles are numbered
    /// from <paramref name="firstParticle"/>, a multiple of 128.</summary>
    public Ensemble(ParticleLayout layout, int replica, NumberFormat format, bool predicts = false, int firstParticle = 0)
    {
        (Layout, Replica, Format, FirstParticle) = (layout, replica, format, firstParticle);
        predicted = predicts ? new AlignedBuffer(layout.Length * format.Bytes) : null;
        State = new AlignedBuffer(layout.Length * format.Bytes);
    }

    private Ensemble(ParticleLayout layout, Ensemble whole, AlignedBuffer state) =>
        (Layout, Replica, Format, State) = (layout, whole.Replica, whole.Format, state);

    /// <summary>The format of the parameters.</summary>
    public NumberFormat Format { get; }

    /// <summary>Particles and components.</summary>
    public ParticleLayout Layout { get; }

    /// <summary>The replica's number, from 0: the noise knows it by this.</summary>
    public int Replica { get; }

    /// <summary>The number of the first particle: the noise knows particles by number.</summary>
    public int FirstParticle { get; }

    /// <summary>The particles.</summary>
    public AlignedBuffer State { get; }

    /// <summary>The particles that the step under way predicts.</summary>
    public AlignedBuffer Predicted => predicted ?? throw new InvalidOperationException("an ensemble without predictions");

    /// <summary>A superblock; T is the type of the format.</summary>
    public Span<T> Now<T>(int superblock)
        where T : unmanaged => Slice<T>(State, superblock);

    /// <summary>A superblock of the predicted state, to be written; empty where there is none.</summary>
    public Span<T> PredictedOf<T>(int superblock)
        where T : unmanaged => predicted is null ? [] : Slice<T>(predicted, superblock);

    /// <summary>The particles as rows, N x d, widened.</summary>
    public double[] Rows() => Layout.Rows(State, Format);

    /// <summary>The parameters of one particle, widened.</summary>
    public double[] Parameters(int particle) =>
        [.. Enumerable.Range(0, Layout.Dimension).Select(component => State.Read(Format, 0, Layout.Index(particle, component)))];

    /// <summary>So many particles from one on, both multiples of 16, without a copy: valid until this ensemble's disposal.</summary>
    internal Ensemble Part(int first, int count)
    {
        ArgumentOutOfRangeException.ThrowIfNotEqual((first % ParticleLayout.Lanes, count % ParticleLayout.Lanes), (0, 0), nameof(count));
        var (layout, bytes) = (new ParticleLayout(count, Layout.Dimension), (long)Layout.Dimension * Format.Bytes);
        return new Ensemble(layout, this, State.Part(first * bytes, count * bytes));
    }

    /// <summary>Frees the native memory.</summary>
    public void Dispose()
    {
        State.Dispose();
        predicted?.Dispose();
    }

    private Span<T> Slice<T>(AlignedBuffer buffer, int superblock)
        where T : unmanaged
    {
        var (start, length) = Layout.Range(superblock, Layout.Dimension);
        return buffer.Slice<T>(start, length);
    }
}

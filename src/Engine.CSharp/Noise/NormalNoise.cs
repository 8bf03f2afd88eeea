using System.Numerics;
using System.Runtime.CompilerServices;
using MeanField.Engine.Compile;
using MeanField.Engine.Elementary;
using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Noise;

/// <summary>The noise's kernel and what building it took.</summary>
internal sealed record NoiseKernel(Action<long> Run, KernelBuild Build);

/// <summary>What the noise's kernel depends on besides the format.</summary>
internal sealed record KernelKey(int Dimension, VectorTarget Target);

/// <summary>
/// Standard normals for every component of every particle, addressed by (particle, step, replica, stream): the Philox key is the seed, the
/// counter (draw, step, replica, stream * 2^24 + component). A draw makes four normals, for the particles 64 g + l + (0, 16, 32, 48), l below
/// 16: its number is 16 g + l. The numbers do not depend on N, threads or vector width. Cost about 1.4 ns a number and core on a 512-bit target.
/// Thread-safe.
/// </summary>
/// <typeparam name="T">double or float; both see the same random words.</typeparam>
public sealed unsafe class NormalNoise<T>
    where T : unmanaged, IBinaryFloatingPointIeee754<T>
{
    /// <summary>Parts of the particles that are filled by themselves begin at multiples of this; of whole ones no number is drawn in vain.</summary>
    public const int Part = 128;

    private const int StreamShift = 24;
    private const int WordsOfDraw = 4;
    private const int ChunkParticles = NoiseGenerator.ChunkParticles;
    private const int CacheLine = 64;
    private const int CachedKernels = 16;
    private static readonly RecentCache<KernelKey, NoiseKernel> Kernels = new(CachedKernels);
    private static readonly NumberFormat Format = typeof(T) == typeof(double) ? NumberFormat.Double : NumberFormat.Single;
    private readonly Action<long> kernel;

    /// <summary>Noise for the particles of a layout; at most 2^24 components.</summary>
    public NormalNoise(ulong seed, ParticleLayout layout, VectorTarget target)
    {
        ArgumentOutOfRangeException.ThrowIfGreaterThan(layout.Dimension, 1 << StreamShift, nameof(layout));
        (Seed, Layout) = (seed, layout);
        (kernel, Build) = Kernels.Get(new(layout.Dimension, target), Compile);
    }

    /// <summary>Builds the kernel for so many components on another thread; who needs it meanwhile waits for it.</summary>
    public static void Prepare(int dimension, VectorTarget target) => Task.Run(() => Kernels.Get(new(dimension, target), Compile));

    /// <summary>What building the kernel took.</summary>
    public KernelBuild Build { get; }

    /// <summary>The key of the generator.</summary>
    public ulong Seed { get; }

    /// <summary>Particles and components the numbers are for.</summary>
    public ParticleLayout Layout { get; }

    /// <summary>
    /// Fills the numbers of the particles from <paramref name="first"/> on, a multiple of 128, in the layout [block][component][16]: whole
    /// blocks, as many as <paramref name="numbers"/> holds; padding lanes become 0.
    /// </summary>
    public void Fill(int first, uint step, uint replica, NoiseStream stream, Span<T> numbers)
    {
        if (Layout.Dimension == 0)
            return;
        var particles = numbers.Length / Layout.Dimension;
        ArgumentOutOfRangeException.ThrowIfNotEqual(first % Part, 0, nameof(first));
        ArgumentOutOfRangeException.ThrowIfNotEqual(
            particles / ParticleLayout.Lanes * ParticleLayout.Lanes * Layout.Dimension,
            numbers.Length,
            nameof(numbers)
        );
        ArgumentOutOfRangeException.ThrowIfGreaterThan((long)first + particles, Layout.PaddedParticles, nameof(numbers));
        fixed (T* start = numbers)
        {
            var frame = stackalloc long[(int)NoiseFrame.Length];
            frame[(int)NoiseFrame.KeyLow] = (uint)Seed;
            frame[(int)NoiseFrame.KeyHigh] = (long)(Seed >> 32);
            frame[(int)NoiseFrame.Step] = step;
            frame[(int)NoiseFrame.Replica] = replica;
            frame[(int)NoiseFrame.Stream] = (long)stream << StreamShift;
            FillChunks(frame, first, start, particles);
        }
        ClearPadding(numbers, Layout.Particles - first);
    }

    private static NoiseKernel Compile(KernelKey key)
    {
        var start = ThreadClock.Milliseconds;
        var generator = new NoiseGenerator(key.Dimension, key.Target, Format);
        var kernel = generator.Generate().Compile();
        var milliseconds = ThreadClock.Milliseconds - start;
        return new NoiseKernel(kernel, new KernelBuild(NoiseGenerator.Name, generator.StatementCount, milliseconds));
    }

    /// <summary>Chunks whose words stay in the first-level cache. The kernel writes the room before it reads it.</summary>
    [SkipLocalsInit]
    private void FillChunks(long* frame, int start, T* numbers, int particles)
    {
        var room = stackalloc byte[NoiseGenerator.Room + CacheLine];
        frame[(int)NoiseFrame.Words] = ((long)room + CacheLine - 1) & -CacheLine;
        for (var done = 0; done < particles; done += ChunkParticles)
        {
            frame[(int)NoiseFrame.First] = (start + done) / WordsOfDraw;
            frame[(int)NoiseFrame.Count] = Math.Min(ChunkParticles, particles - done);
            frame[(int)NoiseFrame.Numbers] = (long)(numbers + (long)done * Layout.Dimension);
            kernel((long)frame);
        }
    }

    /// <summary>So many particles are left from the first number on; if they end within the last block, its other lanes become 0.</summary>
    private void ClearPadding(Span<T> numbers, int particles)
    {
        var block = numbers[Math.Max(0, numbers.Length - ParticleLayout.Lanes * Layout.Dimension)..];
        var kept = particles - (numbers.Length - block.Length) / Layout.Dimension;
        if (kept < ParticleLayout.Lanes)
            for (var lanes = block; lanes.Length > 0; lanes = lanes[ParticleLayout.Lanes..])
                lanes[kept..ParticleLayout.Lanes].Clear();
    }

    /// <summary>One number, by the scalar form of the same algorithm.</summary>
    public T Number(uint particle, int component, uint step, uint replica, NoiseStream stream)
    {
        const uint lanes = ParticleLayout.Lanes;
        var (draw, word) = (particle / (WordsOfDraw * lanes) * lanes + particle % lanes, particle / lanes % WordsOfDraw);
        var (first, second, third, fourth) = Philox.Draw(Seed, draw, step, replica, ((uint)stream << StreamShift) + (uint)component);
        var (radius, angle) = word < 2 ? (first, second) : (third, fourth);
        return Format == NumberFormat.Double
            ? T.CreateTruncating(Normal(ScalarLanes.Double, radius, angle, word))
            : T.CreateTruncating(Normal(ScalarLanes.Single, radius, angle, word));
    }

    private static TNumber Normal<TNumber>(ILanes<TNumber> lanes, uint radius, uint angle, uint word)
    {
        var (cosine, sine) = BoxMuller.Pair(lanes, lanes.Bits(radius), lanes.Bits(angle));
        return word % 2 == 0 ? cosine : sine;
    }
}

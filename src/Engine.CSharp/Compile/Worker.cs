using MeanField.Engine.Ensembles;

namespace MeanField.Engine.Compile;

/// <summary>The private memory of one thread: frame, lane sums, scratch and outputs, grown to the largest stage.</summary>
internal sealed unsafe class Worker : IDisposable
{
    private readonly AlignedBuffer frame = new((int)Frame.Length * sizeof(long));
    private readonly AlignedBuffer?[] buffers = new AlignedBuffer?[(int)Frame.Length];

    public Worker(ProgramTables tables, int particles)
    {
        this[Frame.Uniforms] = tables.UniformAddress;
        this[Frame.Rows] = tables.RowAddress;
        this[Frame.NodeCount] = tables.Nodes;
        this[Frame.Others] = tables.OtherAddress;
        this[Frame.OtherCount] = particles;
    }

    /// <summary>Bytes of all buffers.</summary>
    public long Bytes => frame.Length + buffers.Sum(buffer => buffer?.Length ?? 0);

    /// <summary>An entry of the frame.</summary>
    public long this[Frame slot]
    {
        set => ((long*)frame.Start)[(int)slot] = value;
    }

    public void Run(Kernel kernel) => kernel.Run((long)frame.Start);

    /// <summary>The buffer behind a slot, with room for so many bytes; its address is in the frame.</summary>
    public AlignedBuffer Buffer(Frame slot, long length)
    {
        if (buffers[(int)slot] is { } buffer && buffer.Length >= length)
            return buffer;
        buffers[(int)slot]?.Dispose();
        buffers[(int)slot] = buffer = new AlignedBuffer(length);
        this[slot] = (long)buffer.Start;
        return buffer;
    }

    public void Dispose()
    {
        foreach (var buffer in buffers)
            buffer?.Dispose();
        frame.Dispose();
    }
}

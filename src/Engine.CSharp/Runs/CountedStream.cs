namespace MeanField.Engine.Runs;

/// <summary>Counts the bytes that are written to it and keeps none.</summary>
internal sealed class CountedStream : Stream
{
    private long length;
    private long position;

    public override bool CanRead => false;

    public override bool CanSeek => true;

    public override bool CanWrite => true;

    public override long Length => length;

    public override long Position
    {
        get => position;
        set => position = value;
    }

    public override void Write(byte[] buffer, int offset, int count)
    {
        position += count;
        length = Math.Max(length, position);
    }

    public override long Seek(long offset, SeekOrigin origin) =>
        position =
            offset
            + (
                origin == SeekOrigin.Begin ? 0
                : origin == SeekOrigin.Current ? position
                : length
            );

    public override void SetLength(long value) => length = value;

    public override void Flush() { }

    public override int Read(byte[] buffer, int offset, int count) => throw new NotSupportedException();
}

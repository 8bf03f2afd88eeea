using MeanField.Cli.Terminal;

namespace MeanField.Cli.Tests.Terminal;

public sealed class StandardErrorTests
{
    [Fact]
    public void A_stream_that_takes_nothing_ends_no_command()
    {
        using var writer = new StandardError(new StreamWriter(new Full()) { AutoFlush = true });
        writer.WriteLine("progress");
        writer.Write('x');
        writer.Flush();
    }

    [Fact]
    public void A_stream_that_works_gets_everything()
    {
        var text = new StringWriter();
        using var writer = new StandardError(text);
        writer.Write('a');
        writer.Write("bc");
        writer.Write(['d', 'e'], 1, 1);
        Assert.Equal("abce", text.ToString());
    }

    /// <summary>A disk without room.</summary>
    private sealed class Full : MemoryStream
    {
        public override void Write(byte[] buffer, int offset, int count) => throw new IOException("No space left on device");

        public override void Write(ReadOnlySpan<byte> buffer) => throw new IOException("No space left on device");
    }
}

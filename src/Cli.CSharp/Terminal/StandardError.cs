using System.Text;

namespace MeanField.Cli.Terminal;

/// <summary>
/// A writer of progress and messages that outlives its reader: what a closed or full stream refuses is dropped, and so is all
/// that follows. With nobody left to tell, the exit code still says what happened, and a run keeps what it has reached.
/// </summary>
internal sealed class StandardError(TextWriter inner) : TextWriter
{
    private volatile bool lost;

    public override Encoding Encoding => inner.Encoding;

    public override void Write(char value) => Try(() => inner.Write(value));

    public override void Write(char[] buffer, int index, int count) => Try(() => inner.Write(buffer, index, count));

    public override void Write(string? value) => Try(() => inner.Write(value));

    public override void WriteLine(string? value) => Try(() => inner.WriteLine(value));

    public override void Flush() => Try(inner.Flush);

    private void Try(Action write)
    {
        if (lost)
            return;
        try
        {
            write();
        }
        catch (Exception refused) when (refused is IOException or UnauthorizedAccessException)
        {
            lost = true;
        }
    }
}

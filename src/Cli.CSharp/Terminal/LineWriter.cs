using System.Text;

namespace MeanField.Cli.Terminal;

/// <summary>Hands what is written on as whole lines.</summary>
internal sealed class LineWriter(Action<string> told) : TextWriter
{
    private readonly StringBuilder line = new();

    public override Encoding Encoding => Encoding.UTF8;

    public override void Write(char value)
    {
        lock (line)
        {
            if (value is not '\n')
            {
                line.Append(value);
                return;
            }
            told(line.ToString().TrimEnd('\r'));
            line.Clear();
        }
    }

    public override void Write(string? value)
    {
        lock (line)
            base.Write(value);
    }

    public override void WriteLine(string? value) => Write(value + "\n");
}

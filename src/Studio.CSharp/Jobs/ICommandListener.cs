using MeanField.Engine;

namespace MeanField.Studio.Jobs;

/// <summary>Who hears a command while it runs; any thread may tell.</summary>
public interface ICommandListener
{
    /// <summary>A line of standard output.</summary>
    void Output(string line);

    /// <summary>A line of standard error.</summary>
    void Message(string line);

    /// <summary>How far it is, in numbers; the line for people comes as a message.</summary>
    void Told(Progress progress);
}

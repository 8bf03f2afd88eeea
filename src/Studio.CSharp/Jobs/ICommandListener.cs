namespace MeanField.Studio.Jobs;

/// <summary>Who hears a command while it runs; any thread may tell.</summary>
public interface ICommandListener
{
    /// <summary>A line of standard output.</summary>
    void Output(string line);

    /// <summary>A line of standard error.</summary>
    void Message(string line);

    /// <summary>How much of a piece of work is done.</summary>
    void Progress(double done, double total);

    /// <summary>A quantity of one replica at a time of its run.</summary>
    void Recorded(int replica, double time, string quantity, double value);
}

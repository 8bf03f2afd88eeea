namespace MeanField.Studio.Jobs;

/// <summary>The command line, in this process: the studio asks for what a user could type.</summary>
public interface ICommands
{
    /// <summary>Runs one command to its end. What it does is told to <paramref name="listener"/>, from any thread.</summary>
    /// <param name="arguments">The words after 'workbench'.</param>
    /// <param name="listener">Hears what the command would print, how far it is, and what a run records.</param>
    /// <param name="cancel">What Ctrl-C is on a terminal.</param>
    /// <returns>The exit code.</returns>
    int Run(IReadOnlyList<string> arguments, ICommandListener listener, CancellationToken cancel);
}

using MeanField.Core;
using MeanField.Engine.Collectives;

namespace MeanField.Cli;

/// <summary>How a run of several processes ends when one of them fails: with one message, and without leaving the others to wait.</summary>
internal static class RankFailure
{
    // What all ranks find wrong the first one tells, which ends the others meanwhile.
    private static readonly TimeSpan Grace = TimeSpan.FromSeconds(5);

    /// <summary>What mpirun is not for.</summary>
    public static FaultException NotShared(string found) =>
        Usage.Unsupported(
            "mpirun",
            $"{found}, which several processes do not share yet",
            "mpirun -n R workbench run FILE, or sweep SWEEP",
            "call it without mpirun, with --threads"
        );

    /// <summary>mpirun passes on the end of any process, and a signal of its own, as a signal to all others. It leaves them a second only, unless it
    /// is told otherwise.</summary>
    public static void TellEnd(string kept) =>
        Console.Error.WriteLine($"mpirun ends this call, on request or as a process has died; {kept}: go on by --resume");

    /// <summary>Reports a failure of this process to standard error and answers its exit code; several processes are all ended with it.</summary>
    public static int End(ICommunicator ranks, Func<TextWriter, int> report)
    {
        if (ranks.Rank == 0)
        {
            var code = report(Console.Error);
            ranks.Abort(code);
            return code;
        }
        Thread.Sleep(Grace);
        using var error = new StreamWriter(Console.OpenStandardError()) { AutoFlush = true };
        error.Write($"process {ranks.Rank} of {ranks.Size}: ");
        var own = report(error);
        ranks.Abort(own);
        return own;
    }
}

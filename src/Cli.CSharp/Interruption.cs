using System.Runtime.InteropServices;

namespace MeanField.Cli;

/// <summary>
/// Turns Ctrl-C, a request to terminate and a closed terminal into a cancellation, so that a run can keep what it has reached.
/// The second signal is left to the system, which ends the process at once.
/// </summary>
internal sealed class Interruption : IDisposable
{
    /// <summary>The exit code of what Ctrl-C interrupts.</summary>
    public const int CtrlC = 130;

    private readonly CancellationTokenSource source = new();
    private readonly PosixSignalRegistration[] registrations;

    public Interruption() =>
        registrations = [Register(PosixSignal.SIGINT, CtrlC), Register(PosixSignal.SIGTERM, 143), Register(PosixSignal.SIGHUP, 129)];

    /// <summary>Cancelled at the first signal.</summary>
    public CancellationToken Token => source.Token;

    /// <summary>128 + the number of the signal that came, as shells count it.</summary>
    public int ExitCode { get; private set; } = CtrlC;

    public void Dispose()
    {
        foreach (var registration in registrations)
            registration.Dispose();
        source.Dispose();
    }

    private PosixSignalRegistration Register(PosixSignal signal, int exitCode) =>
        PosixSignalRegistration.Create(
            signal,
            context =>
            {
                if (source.IsCancellationRequested)
                    return;
                context.Cancel = true;
                ExitCode = exitCode;
                source.Cancel();
            }
        );
}

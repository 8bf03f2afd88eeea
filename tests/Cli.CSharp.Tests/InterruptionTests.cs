using System.Diagnostics;
using MeanField.Engine.Collectives;

namespace MeanField.Cli.Tests;

public sealed class InterruptionTests
{
    [Theory]
    [InlineData("-INT", 130)]
    [InlineData("-TERM", 143)]
    [InlineData("-HUP", 129)]
    public void A_signal_cancels_the_command_and_sets_the_exit_code(string signal, int exitCode)
    {
        var workbench = new Waiting(signal);
        Assert.Equal(exitCode, new CommandLine(workbench, OneProcess.Alone).Run(["run", "p.toml"]));
    }

    /// <summary>A run that sends a signal to this process and waits to be cancelled.</summary>
    private sealed class Waiting(string signal) : IWorkbench
    {
        public int Derive(DeriveRequest request, CancellationToken cancel) => 0;

        public int Verify(VerifyRequest request, CancellationToken cancel) => 0;

        public int Solve(SolveRequest request, CancellationToken cancel) => 0;

        public int Bridge(BridgeRequest request, CancellationToken cancel) => 0;

        public int Lazy(LazyRequest request, CancellationToken cancel) => 0;

        public int Predict(PredictRequest request, CancellationToken cancel) => 0;

        public int Sweep(SweepRequest request, CancellationToken cancel) => 0;

        public int Bench(BenchRequest request, CancellationToken cancel) => 0;

        public int Report(ReportRequest request, CancellationToken cancel) => 0;

        public int Studio(StudioRequest request, CancellationToken cancel) => 0;

        public int Run(RunRequest request, CancellationToken cancel)
        {
            using var kill = Process.Start("kill", [signal, Environment.ProcessId.ToString()]);
            cancel.WaitHandle.WaitOne();
            cancel.ThrowIfCancellationRequested();
            return 0;
        }
    }
}

using MeanField.Cli.Terminal;
using MeanField.Core;

namespace MeanField.Cli;

/// <summary>One call of 'workbench bridge' for one problem, which has been read.</summary>
internal sealed record BridgeCall(Problem Problem, string ProblemFolder, BridgeRequest Request, Screen Screen)
{
    /// <summary>Answers the exit code.</summary>
    public int Run(CancellationToken cancel) =>
        Problem.Bridge is null ? Foellmer() : new SchroedingerCall(Problem, ProblemFolder, Request, Screen).Run(cancel);

    private static int Foellmer() =>
        throw Usage.Unsupported(
            "workbench bridge",
            "a problem without [bridge]: its Foellmer process, which is not built yet",
            "a bridge between two laws: [bridge] with from and to",
            ""
        );
}

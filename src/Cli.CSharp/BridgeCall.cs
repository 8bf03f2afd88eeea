using MeanField.Cli.Terminal;
using MeanField.Core;

namespace MeanField.Cli;

/// <summary>One call of 'workbench bridge' for one problem, which has been read.</summary>
internal sealed record BridgeCall(Problem Problem, string ProblemFolder, BridgeRequest Request, Screen Screen)
{
    /// <summary>Answers the exit code.</summary>
    public int Run(CancellationToken cancel) =>
        Request.Complete is { } result ? Keeping.Complete("bridge", Request.Kept(Problem, ProblemFolder), result, Request.Common.Json)
        : Problem.Bridge is null ? new FoellmerCall(Problem, ProblemFolder, Request, Screen).Run(cancel)
        : new SchroedingerCall(Problem, ProblemFolder, Request, Screen).Run(cancel);
}

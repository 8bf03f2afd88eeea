using MeanField.Core;

namespace MeanField.Cli;

/// <summary>Joins the mathematics and the machine to the commands.</summary>
internal sealed class Workbench : IWorkbench
{
    public int Derive(DeriveRequest request, CancellationToken cancel) =>
        throw Usage.Unsupported("workbench derive", "a problem to derive, which is not built yet", "a call for --help", "");

    public int Run(RunRequest request, CancellationToken cancel) =>
        throw Usage.Unsupported("workbench run", "a problem to run, which is not built yet", "a call for --help", "");
}

namespace MeanField.Cli;

/// <summary>
/// What the commands ask for. A method answers with the process's exit code (0, 1 for what does not hold, 3 for a numerical failure) and throws
/// <see cref="MeanField.Core.FaultException"/> for what a user must mend. Results go to standard output, everything else to standard error.
/// </summary>
internal interface IWorkbench
{
    /// <summary>Prints the derivation of a problem file.</summary>
    int Derive(DeriveRequest request, CancellationToken cancel);

    /// <summary>Checks the derivation of a problem file and judges claims; 1 where something does not hold.</summary>
    int Verify(VerifyRequest request, CancellationToken cancel);

    /// <summary>Simulates a problem file into a run folder. On cancellation it keeps what was reached and throws.</summary>
    int Run(RunRequest request, CancellationToken cancel);

    /// <summary>Finds the Gibbs minimiser of a problem file and brackets the minimal free energy; 3 where it is not certified.</summary>
    int Solve(SolveRequest request, CancellationToken cancel);

    /// <summary>Computes the Foellmer process of a problem file, or the Schroedinger bridge between its two laws; 3 where it is not to the tolerance.</summary>
    int Bridge(BridgeRequest request, CancellationToken cancel);

    /// <summary>Measures the laziness of a problem file and sets the guarantees beside it; 3 where the minimiser is not certified or a guarantee fails.</summary>
    int Lazy(LazyRequest request, CancellationToken cancel);

    /// <summary>Prints what a trained net answers to the rows of a file.</summary>
    int Predict(PredictRequest request, CancellationToken cancel);

    /// <summary>Runs or solves every cell of a sweep file into one table; 3 where a cell failed. On cancellation finished cells are kept.</summary>
    int Sweep(SweepRequest request, CancellationToken cancel);

    /// <summary>Writes the report of a folder of results, or one figure or table of it.</summary>
    int Report(ReportRequest request, CancellationToken cancel);

    /// <summary>Serves the studio until it is cancelled.</summary>
    int Studio(StudioRequest request, CancellationToken cancel);

    /// <summary>Measures the speed of the particle step on this machine.</summary>
    int Bench(BenchRequest request, CancellationToken cancel);
}

using System.Text.Json.Nodes;
using MeanField.Core;
using MeanField.Engine.Runs;
using MeanField.Report.Pages;

namespace MeanField.Report.Folders;

/// <summary>How a report is made.</summary>
/// <param name="Threads">Threads of the minimiser.</param>
/// <param name="SolveSeconds">How long a minimiser is sought for, at most.</param>
public sealed record ReportOptions(int Threads, double SolveSeconds);

/// <summary>Any folder that a command has written, as a report.</summary>
public static class ReportFolder
{
    /// <summary>Reads a folder, whichever command it is of, and makes its report.</summary>
    /// <exception cref="FaultException">No folder of results, or a damaged one.</exception>
    public static Pages.Report Of(string folder, ReportOptions options, CancellationToken cancel) =>
        RecordedRun.IsIn(folder) ? RunReport.Of(folder, options, cancel) : ResultReport.Of(folder, options, cancel);

    /// <summary>The command that wrote the one JSON object of a folder, and what it found; null where there is none.</summary>
    internal static (string Command, JsonObject Results)? Result(string folder) => ResultReport.In(folder);

    /// <summary>The derivation of a problem, or why there is none.</summary>
    internal static Part Derivation(Problem problem)
    {
        var derivation = Theory.derive(problem);
        return derivation.IsOk
            ? new DerivationPart(derivation.ResultValue)
            : new Prose($"There is no derivation: {FaultModule.message(derivation.ErrorValue)}.");
    }

    internal static FaultException Refused(string path, string found, string expected) =>
        new(
            FaultModule.invalid(
                Location.OfFile(path),
                found,
                expected,
                "",
                "name a folder that run, solve, bridge, lazy or sweep has written"
            )
        );
}

using System.Collections.Concurrent;
using MeanField.Core;
using MeanField.Report.Folders;
using MeanField.Report.Pages;

namespace MeanField.Studio.Folders;

/// <summary>The reports of folders, each made once for what the folder holds.</summary>
internal sealed class ReportShelf
{
    /// <summary>A page waits for it: a minimiser that takes longer is left to 'workbench report'.</summary>
    private const double SolveSeconds = 10;

    private readonly ConcurrentDictionary<(string Folder, DateTime Written), Lazy<Report.Pages.Report>> made = new();

    /// <summary>The report of a folder below the working directory.</summary>
    /// <exception cref="FaultException">No folder of results, or a damaged one.</exception>
    public Report.Pages.Report Of(string folder)
    {
        if (!WorkingDirectory.Holds(folder))
            throw new FaultException(
                FaultModule.invalid(new Location(folder, 0, 0, ""), "the path", "a folder below the working directory", "", "")
            );
        var written = Directory.Exists(folder) ? Directory.GetLastWriteTimeUtc(folder) : default;
        return made.GetOrAdd((folder, written), _ => new(() => ReportFolder.Of(folder, Options, CancellationToken.None))).Value;
    }

    private static ReportOptions Options => new(Environment.ProcessorCount, SolveSeconds);
}

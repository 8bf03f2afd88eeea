using System.Collections.Concurrent;
using MeanField.Core;
using MeanField.Report.Folders;
using MeanField.Report.Pages;

namespace MeanField.Studio.Folders;

/// <summary>A report and its page.</summary>
internal sealed record MadeReport(Report.Pages.Report Report, string Page);

/// <summary>The reports of folders, each made once for what the folder holds.</summary>
internal sealed class ReportShelf
{
    /// <summary>A page waits for it: a minimiser that takes longer is left to 'workbench report'.</summary>
    private const double SolveSeconds = 10;

    private readonly ConcurrentDictionary<(string Folder, DateTime Written), Lazy<MadeReport>> made = new();

    /// <summary>The report of a folder below the working directory. The first call takes seconds.</summary>
    /// <exception cref="FaultException">No folder of results, or a damaged one.</exception>
    public MadeReport Of(string folder)
    {
        if (!WorkingDirectory.Holds(folder))
            throw new FaultException(
                FaultModule.invalid(Location.OfFile(folder), "the path", "a folder below the working directory", "", "")
            );
        var written = Directory.Exists(folder) ? Directory.GetLastWriteTimeUtc(folder) : default;
        return made.GetOrAdd((folder, written), _ => new(() => Make(folder))).Value;
    }

    private static MadeReport Make(string folder)
    {
        var report = ReportFolder.Of(folder, Options, CancellationToken.None);
        return new MadeReport(report, HtmlPage.Of(report));
    }

    private static ReportOptions Options => new(Environment.ProcessorCount, SolveSeconds);
}

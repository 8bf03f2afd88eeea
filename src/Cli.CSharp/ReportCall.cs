using System.Text;
using System.Text.Json.Nodes;
using MeanField.Engine.Runs;
using MeanField.Report.Folders;
using MeanField.Report.Pages;

namespace MeanField.Cli;

/// <summary>One call of 'workbench report'.</summary>
internal sealed class ReportCall(ReportRequest request)
{
    private const string PageName = "report.html";

    /// <summary>Writes the page, or the one figure or table that was asked for, and names the file.</summary>
    public int Run(CancellationToken cancel)
    {
        var report = ReportFolder.Of(request.Folder, new ReportOptions(request.Common.Threads, request.SolveSeconds), cancel);
        var (name, bytes) =
            request.Figure is { } figure ? (figure, Exports.Figure(report, figure))
            : request.Table is { } table ? (table, Exports.Table(report, table))
            : (PageName, Encoding.UTF8.GetBytes(HtmlPage.Of(report)));
        var folder = request.Common.OutputFolder ?? request.Folder;
        Directory.CreateDirectory(folder);
        var path = Path.Combine(folder, Path.GetFileName(name));
        AtomicFile.Write(path, stream => stream.Write(bytes));
        Console.Out.WriteLine(request.Common.Json ? Json(path, bytes.Length, report).ToJsonString(JsonLayout.Options) : path);
        return 0;
    }

    private static JsonObject Json(string path, int bytes, Report.Pages.Report report) =>
        new()
        {
            ["file"] = path,
            ["bytes"] = bytes,
            ["figures"] = new JsonArray([.. report.Figures.Select(figure => JsonValue.Create(figure.Name))]),
            ["tables"] = new JsonArray([.. report.Tables.Select(table => JsonValue.Create(table.Name))]),
        };
}

using MeanField.Core;
using MeanField.Report.Pages;
using MeanField.Studio.Folders;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticFiles;

namespace MeanField.Studio.Serving;

/// <summary>The files of a folder's report, as a browser shows or saves them.</summary>
internal static class ReportFiles
{
    private static readonly FileExtensionContentTypeProvider Types = new();

    /// <summary>The addresses of pages, figures and tables, and of the style that they share with the studio.</summary>
    public static void Map(IEndpointRouteBuilder routes)
    {
        routes.MapGet("/report.css", () => Results.Text(HtmlPage.StyleSheet, "text/css"));
        routes.MapGet("/report", (string folder, ReportShelf shelf) => Answer(() => Results.Text(shelf.Of(folder).Page, "text/html")));
        routes.MapGet("/save/report", (string folder, ReportShelf shelf) => Answer(() => Saved("report.html", shelf.Of(folder).Page)));
        routes.MapGet(
            "/save/figure/{name}",
            (string name, string folder, ReportShelf shelf) => Answer(() => Saved(name, Exports.Figure(shelf.Of(folder).Report, name)))
        );
        routes.MapGet(
            "/save/table/{name}",
            (string name, string folder, ReportShelf shelf) => Answer(() => Saved(name, Exports.Table(shelf.Of(folder).Report, name)))
        );
    }

    private static IResult Saved(string name, string text) => Saved(name, System.Text.Encoding.UTF8.GetBytes(text));

    private static IResult Saved(string name, byte[] bytes) =>
        Results.File(bytes, Types.TryGetContentType(name, out var type) ? type : "application/octet-stream", name);

    private static IResult Answer(Func<IResult> file)
    {
        try
        {
            return file();
        }
        catch (FaultException failure)
        {
            return Results.Text(FaultModule.message(failure.Fault), "text/plain", statusCode: StatusCodes.Status404NotFound);
        }
    }
}

using MeanField.Core;
using MeanField.Report.Pages;
using MeanField.Studio.Folders;
using Microsoft.AspNetCore.Builder;
using Microsoft.AspNetCore.Http;
using Microsoft.AspNetCore.Routing;
using Microsoft.AspNetCore.StaticFiles;

namespace MeanField.Studio.Serving;

/// <summary>The files of a folder's report, as a browser shows or saves them: the folder stands in the query.</summary>
internal sealed class ReportFiles(ReportShelf shelf)
{
    private static readonly FileExtensionContentTypeProvider Types = new();

    /// <summary>The addresses of pages, figures and tables, and of the style that they share with the studio.</summary>
    public void Map(IEndpointRouteBuilder routes)
    {
        Get("/report.css", _ => Results.Text(HtmlPage.StyleSheet, "text/css"));
        Get("/report", request => Results.Text(Made(request).Page, "text/html"));
        Get("/save/report", request => Saved("report.html", System.Text.Encoding.UTF8.GetBytes(Made(request).Page)));
        Get("/save/figure/{name}", request => Saved(Name(request), Exports.Figure(Made(request).Report, Name(request))));
        Get("/save/table/{name}", request => Saved(Name(request), Exports.Table(Made(request).Report, Name(request))));

        // A handler with parameters of its own would be compiled at every start.
        void Get(string path, Func<HttpRequest, IResult> file) =>
            routes.MapGet(path, (HttpContext context) => Answer(() => file(context.Request)).ExecuteAsync(context));
    }

    private MadeReport Made(HttpRequest request) => shelf.Of(request.Query["folder"] is [{ Length: > 0 } folder] ? folder : ".");

    private static string Name(HttpRequest request) => (string)request.RouteValues["name"]!;

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

using System.Security.Cryptography;
using System.Text;
using Microsoft.AspNetCore.Http;

namespace MeanField.Studio.Serving;

/// <summary>
/// Who may speak to the studio: the browser that was given its address. Any page of any site can send requests to this machine, and every
/// user of it can reach the port, so a request must come from the studio's own pages or from no page, and carry the token of this start,
/// first in the address and then in a cookie. The circuit's WebSocket, whose origin no one else checks, passes here, too.
/// </summary>
internal sealed class Guard(string token)
{
    private const string Parameter = "token";

    /// <summary>Pages load nothing from elsewhere, whatever stands in them.</summary>
    private const string Policy =
        "default-src 'self'; style-src 'self' 'unsafe-inline'; "
        + "img-src 'self' data: blob:; font-src 'self' data:; worker-src 'self' blob:; frame-ancestors 'self'; form-action 'self'; base-uri 'self'";

    /// <summary>The page of a report holds its script, and forbids itself everything else.</summary>
    private const string PolicyOfReports = Policy + "; script-src 'unsafe-inline'";

    private readonly byte[] secret = Encoding.ASCII.GetBytes(token);

    /// <summary>A token that no one can guess.</summary>
    public static string NewToken() => Convert.ToHexStringLower(RandomNumberGenerator.GetBytes(16));

    /// <summary>Lets a request pass, gives a browser its cookie, or refuses.</summary>
    public Task Check(HttpContext context, Func<Task> next)
    {
        var (request, response) = (context.Request, context.Response);
        // Cookies know no ports: two studios must not take each other's.
        var cookie = $"workbench-studio-{request.Host.Port}";
        if (IsForeign(request))
            return Refuse(response, StatusCodes.Status403Forbidden, "This request comes from another page than the studio's.");
        if (request.Query[Parameter] is [{ } given] && IsToken(given))
            return Admit(response, cookie, given, request.Path);
        if (!IsToken(request.Cookies[cookie]))
            return Refuse(
                response,
                StatusCodes.Status401Unauthorized,
                "Open the address that 'workbench studio' has printed, with its token."
            );
        response.Headers.ContentSecurityPolicy = request.Path == "/report" ? PolicyOfReports : Policy;
        response.Headers.XContentTypeOptions = "nosniff";
        response.Headers["Referrer-Policy"] = "no-referrer";
        return next();
    }

    private static bool IsForeign(HttpRequest request) =>
        request.Headers.Origin is [{ } origin] && origin != $"http://{request.Host}"
        || request.Headers["Sec-Fetch-Site"] is [{ } site] && site is not ("same-origin" or "none");

    private bool IsToken(string? given) =>
        given is not null && CryptographicOperations.FixedTimeEquals(Encoding.UTF8.GetBytes(given), secret);

    /// <summary>The address loses its token, so that it stays in no history.</summary>
    private static Task Admit(HttpResponse response, string cookie, string given, PathString path)
    {
        response.Cookies.Append(cookie, given, new CookieOptions { HttpOnly = true, SameSite = SameSiteMode.Strict });
        response.Redirect(path);
        return Task.CompletedTask;
    }

    private static Task Refuse(HttpResponse response, int status, string reason)
    {
        response.StatusCode = status;
        response.ContentType = "text/plain; charset=utf-8";
        return response.WriteAsync(reason + "\n");
    }
}

using System.Net;
using System.Net.WebSockets;

namespace MeanField.Studio.Tests;

/// <summary>Only the browser that was given the address may speak to the studio.</summary>
[Collection(StudioTests.Name)]
public sealed class GuardTests(StudioFixture studio)
{
    /// <summary>The page, an asset, the circuit's handshake and its socket.</summary>
    private static readonly string[] Paths =
    [
        "",
        "report.css",
        "_framework/blazor.web.js",
        "_blazor/negotiate?negotiateVersion=1",
        "_blazor",
    ];

    [Fact]
    public async Task Without_the_token_nothing_is_served()
    {
        foreach (var path in Paths)
            Assert.Equal(HttpStatusCode.Unauthorized, await Status(path));
    }

    [Fact]
    public async Task A_wrong_token_opens_nothing()
    {
        Assert.Equal(HttpStatusCode.Unauthorized, await Status("?token=0123456789abcdef0123456789abcdef"));
        Assert.Equal(HttpStatusCode.Unauthorized, await Status("", Cookie("0123456789abcdef0123456789abcdef")));
    }

    [Fact]
    public async Task The_token_is_taken_out_of_the_address_into_a_strict_cookie()
    {
        using var client = Client();
        using var answer = await client.GetAsync(studio.Address);
        Assert.Equal((HttpStatusCode.Found, "/"), (answer.StatusCode, answer.Headers.Location!.ToString()));
        var cookie = Assert.Single(answer.Headers.GetValues("Set-Cookie"));
        Assert.Contains("samesite=strict", cookie);
        Assert.Contains("httponly", cookie);
    }

    [Fact]
    public async Task A_foreign_host_is_refused_even_with_the_token()
    {
        foreach (var path in Paths)
            Assert.Equal(HttpStatusCode.BadRequest, await Status(path, Cookie(), ("Host", "example.com")));
    }

    [Theory]
    [InlineData("Origin", "http://example.com")]
    [InlineData("Origin", "null")]
    [InlineData("Origin", "http://127.0.0.1:1")]
    [InlineData("Sec-Fetch-Site", "cross-site")]
    [InlineData("Sec-Fetch-Site", "same-site")]
    public async Task A_request_of_another_page_is_refused_even_with_the_token(string header, string value)
    {
        foreach (var path in Paths)
            Assert.Equal(HttpStatusCode.Forbidden, await Status(path, Cookie(), (header, value)));
    }

    [Theory]
    [InlineData(101, true, null)]
    [InlineData(401, false, null)]
    [InlineData(403, true, "http://example.com")]
    public async Task The_socket_of_the_circuit_is_guarded_as_the_pages_are(int status, bool hasCookie, string? origin)
    {
        using var socket = new ClientWebSocket();
        socket.Options.CollectHttpResponseDetails = true;
        if (hasCookie)
            socket.Options.SetRequestHeader("Cookie", Cookie().Value);
        if (origin is not null)
            socket.Options.SetRequestHeader("Origin", origin);
        var address = new UriBuilder(studio.Root) { Scheme = "ws", Path = "/_blazor" }.Uri;
        var failure = await Record.ExceptionAsync(() => socket.ConnectAsync(address, CancellationToken.None));
        Assert.Equal(status, (int)socket.HttpStatusCode);
        Assert.Equal(status == 101, failure is null);
    }

    [Fact]
    public async Task A_page_may_load_nothing_from_elsewhere()
    {
        using var client = Client();
        using var request = Request("", Cookie());
        using var answer = await client.SendAsync(request);
        Assert.Contains("default-src 'self'", answer.Headers.GetValues("Content-Security-Policy").First());
    }

    private (string Name, string Value) Cookie(string? token = null) =>
        ("Cookie", $"workbench-studio-{studio.Root.Port}={token ?? studio.Address.Query.Split('=')[1]}");

    private async Task<HttpStatusCode> Status(string path, params (string Name, string Value)[] headers)
    {
        using var client = Client();
        using var request = Request(path, headers);
        using var answer = await client.SendAsync(request);
        return answer.StatusCode;
    }

    private HttpRequestMessage Request(string path, params (string Name, string Value)[] headers)
    {
        var request = new HttpRequestMessage(HttpMethod.Get, new Uri(studio.Root, path));
        foreach (var (name, value) in headers)
            request.Headers.TryAddWithoutValidation(name, value);
        return request;
    }

    private static HttpClient Client() => new(new HttpClientHandler { AllowAutoRedirect = false, UseCookies = false });
}

using System.Collections.Concurrent;
using Microsoft.Playwright;

namespace MeanField.Studio.Tests;

/// <summary>One studio and one browser for all tests: each has a window of its own, and what it must not ask for is noted.</summary>
public sealed class StudioFixture : IAsyncLifetime
{
    private static readonly string[] Arguments =
    [
        "--no-sandbox",
        "--disable-gpu",
        "--disable-quic",
        "--no-first-run",
        "--disable-background-networking",
        "--disable-component-update",
        "--disable-sync",
    ];

    private readonly ConcurrentBag<string> outside = [];
    private StudioProcess studio = null!;
    private IPlaywright? playwright;
    private IBrowser? browser;

    /// <summary>The address with the token.</summary>
    public Uri Address => studio.Address;

    /// <summary>The address without the token.</summary>
    public Uri Root => studio.Root;

    /// <summary>The working directory of the studio.</summary>
    public string Folder => studio.Folder;

    /// <summary>Requests of any window to anything but the studio.</summary>
    public IReadOnlyCollection<string> Outside => outside;

    public async Task InitializeAsync()
    {
        studio = await StudioProcess.Start();
        if (BrowserFactAttribute.Program is not { } program)
            return;
        playwright = await Playwright.CreateAsync();
        browser = await playwright.Chromium.LaunchAsync(new() { ExecutablePath = program, Args = Arguments });
    }

    public async Task DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
        await studio.DisposeAsync();
    }

    /// <summary>A new window at an address of the studio, after the token was given.</summary>
    public async Task<IPage> Open(string path = "/", BrowserNewContextOptions? options = null)
    {
        var context = await browser!.NewContextAsync(
            options
                ?? new()
                {
                    ViewportSize = new() { Width = 1400, Height = 900 },
                }
        );
        context.Request += (_, request) => Note(request.Url);
        var page = await context.NewPageAsync();
        page.WebSocket += (_, socket) => Note(socket.Url);
        await page.GotoAsync(Address.ToString());
        if (path != "/")
            await page.GotoAsync(new Uri(Root, path).ToString());
        return page;
    }

    /// <summary>A window with an example on the desk, whose derivation is there.</summary>
    public async Task<IPage> OpenExample(string example, BrowserNewContextOptions? options = null)
    {
        var page = await Open($"/?file={Uri.EscapeDataString(example)}", options);
        await page.Locator(".derivation .step").First.WaitForAsync();
        return page;
    }

    private void Note(string url)
    {
        var address = new Uri(url);
        if (address.Scheme is not ("data" or "blob" or "about") && address.Authority != Root.Authority)
            outside.Add(url);
    }
}

/// <summary>Tests that share the studio.</summary>
[CollectionDefinition(Name)]
public sealed class StudioTests : ICollectionFixture<StudioFixture>
{
    public const string Name = "studio";
}

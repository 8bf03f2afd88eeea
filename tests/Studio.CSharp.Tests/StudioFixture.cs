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

    /// <summary>A problem of two parameters that every command answers in a moment.</summary>
    public const string Small = "small.toml";

    private const string SmallProblem = """
        title = "Small"

        [neuron]
        activation = "a*tanh(b*x)"
        parameters = ["a", "b"]

        [input]
        dimension = 1
        law = "uniform"
        low = -1.0
        high = 1.0
        nodes = 8

        [target]
        expression = "x"

        [energy]
        beta = 2.0
        tau = 1.0

        [run]
        particles = 500
        steps = 50
        replicas = 2
        """;

    private readonly ConcurrentBag<string> outside = [];
    private StudioProcess studio = null!;
    private IPlaywright? playwright;
    private IBrowser? browser;
    private IBrowserContext? windows;

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
        await File.WriteAllTextAsync(Path.Combine(Folder, Small), SmallProblem);
        if (BrowserFactAttribute.Program is null)
            return;
        playwright = await Playwright.CreateAsync();
        browser = await Launch(playwright);
        windows = await Context(
            new()
            {
                ViewportSize = new() { Width = 1400, Height = 900 },
            }
        );
    }

    /// <summary>A browser that asks for nothing by itself.</summary>
    internal static Task<IBrowser> Launch(IPlaywright playwright) =>
        playwright.Chromium.LaunchAsync(new() { ExecutablePath = BrowserFactAttribute.Program, Args = Arguments });

    public async Task DisposeAsync()
    {
        if (browser is not null)
            await browser.DisposeAsync();
        playwright?.Dispose();
        await studio.DisposeAsync();
        // Of no window of any test.
        Assert.Empty(outside);
    }

    /// <summary>A new window at an address of the studio, after the token was given; the one before is closed. Windows with options know nothing of
    /// one another.</summary>
    public async Task<IPage> Open(string path = "/", BrowserNewContextOptions? options = null)
    {
        foreach (var old in windows!.Pages.ToArray())
            await old.CloseAsync();
        var context = options is null ? windows : await Context(options);
        var page = await context.NewPageAsync();
        page.WebSocket += (_, socket) => Note(socket.Url);
        await page.APIRequest.GetAsync(Address.ToString());
        await page.GotoAsync(new Uri(Root, path).ToString());
        return page;
    }

    /// <summary>A window with a problem on the desk, a file or an example, whose derivation is there.</summary>
    public async Task<IPage> OpenProblem(string file, BrowserNewContextOptions? options = null)
    {
        var page = await Open($"/?file={Uri.EscapeDataString(file)}", options);
        await page.Locator(".derivation .step").First.WaitForAsync();
        return page;
    }

    private async Task<IBrowserContext> Context(BrowserNewContextOptions options)
    {
        var context = await browser!.NewContextAsync(options);
        context.Request += (_, request) => Note(request.Url);
        return context;
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

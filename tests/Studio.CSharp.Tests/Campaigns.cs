using System.Diagnostics;
using System.Globalization;
using Microsoft.Playwright;

namespace MeanField.Studio.Tests;

/// <summary>What takes too long, or too quiet a machine, for the tests: a command of their assembly.</summary>
internal static class Campaigns
{
    private static async Task<int> Main(string[] arguments)
    {
        if (arguments is not ["start", var text] || !int.TryParse(text, CultureInfo.InvariantCulture, out var rounds))
        {
            await Console.Error.WriteLineAsync("usage: Studio.CSharp.Tests start ROUNDS");
            return 2;
        }
        for (var round = 0; round < rounds; round++)
            Console.WriteLine(await Start());
        return 0;
    }

    /// <summary>Seconds from a start of the process until it listens, and in a new browser from the first request until the problem can be
    /// edited and its derivation is there.</summary>
    private static async Task<string> Start()
    {
        using var playwright = await Playwright.CreateAsync();
        await using var browser = await StudioFixture.Launch(playwright);
        var page = await browser.NewPageAsync();
        var watch = Stopwatch.StartNew();
        await using var studio = await StudioProcess.Start();
        var listens = watch.Elapsed.TotalSeconds;
        watch.Restart();
        await page.GotoAsync(studio.Address.ToString());
        await page.Locator(".monaco-editor .view-line").First.WaitForAsync();
        await page.Locator(".derivation .step").First.WaitForAsync();
        return FormattableString.Invariant($"listens after {listens:F2} s, first page usable after {watch.Elapsed.TotalSeconds:F2} s");
    }
}

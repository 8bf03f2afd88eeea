using Microsoft.Playwright;

namespace MeanField.Studio.Tests;

[Collection(StudioTests.Name)]
public sealed class FolderTests(StudioFixture studio)
{
    [BrowserFact]
    public async Task A_folder_shows_its_report_and_saves_its_figures_and_tables()
    {
        var page = await Folder(await Run("1"));
        await page.FrameLocator("iframe.report").Locator("figure#risk svg").WaitForAsync();
        await page.GetByText("Export", new() { Exact = true }).ClickAsync();
        foreach (var (name, start) in new[] { ("risk.svg", "<svg"), ("risk.png", "\u0089PNG"), ("risk.pdf", "%PDF"), ("risk.csv", "") })
            Assert.Contains(start, await Saved(page, $"a[href*='/{name}']"));
        Assert.Contains("riskFresh", await Saved(page, "a[href*='/results.csv']"));
        Assert.StartsWith("<!DOCTYPE html>", await Saved(page, "a[href^='save/report']"));
    }

    [BrowserFact]
    public async Task A_run_is_repeated_to_the_same_bits()
    {
        var page = await Folder(await Run("2"));
        await page.GetByRole(AriaRole.Button, new() { Name = "Repeat" }).ClickAsync();
        var job = await page.Locator("main").Ended("done");
        await job.GetByText("Messages").ClickAsync();
        Assert.Contains("repeated: the digest and all results are those of", await job.Locator("[role=log]").InnerTextAsync());
    }

    [BrowserFact]
    public async Task Runs_are_compared_on_the_same_axes_and_in_units_of_their_standard_errors()
    {
        string[] runs = [await Run("3"), await Run("4"), await Run("5")];
        var page = await studio.Open("/folders");
        foreach (var run in runs)
            await page.GetByLabel($"Compare {Path.GetFileName(run)}", new() { Exact = true }).CheckAsync();
        await page.GetByRole(AriaRole.Button, new() { Name = "Compare", Exact = true }).ClickAsync();
        var table = page.Locator("main table");
        await table.WaitForAsync();
        var risk = await table
            .Locator("tr", new() { Has = page.GetByText("risk", new() { Exact = true }) })
            .Locator("td")
            .AllInnerTextsAsync();
        Assert.Equal(3, risk.Skip(1).Take(3).Distinct().Count());
        foreach (var column in new[] { 5, 7 })
            Assert.InRange(Math.Abs(double.Parse(risk[column], System.Globalization.CultureInfo.InvariantCulture)), 1e-9, 10);
        var picture = page.Locator("figure#risk svg");
        await picture.WaitForAsync(new() { Timeout = 60_000 });
        var legend = await picture.TextContentAsync();
        // The runs are of one problem, which has one optimal net.
        Assert.All(["risk, A", "risk, B", "risk, C", "optimal net"], name => Assert.Contains(name, legend));
        Assert.DoesNotContain("optimal net,", legend);
        // A is drawn through; B, C and the optimal net have dashes, which are drawn one by one.
        // The page may draw its figures again while it settles, so that the first sight of them does not count.
        await page.WaitForFunctionAsync(
            "() => [...document.querySelectorAll('figure#risk svg path')].filter(one => one.getAttribute('fill').startsWith('var(--layer') && !one.getAttribute('fill-opacity') && one.getAttribute('d').split('M').length > 10).length === 3"
        );
    }

    [BrowserFact]
    public async Task A_folder_outside_of_the_working_directory_is_not_shown()
    {
        var page = await studio.Open("/folder?path=..");
        await page.Locator(".fault", new() { HasTextString = "found no folder of results" }).WaitForAsync();
    }

    /// <summary>A small run with a seed of its own; answers its folder.</summary>
    private async Task<string> Run(string seed)
    {
        var page = await studio.OpenProblem(StudioFixture.Small);
        var panel = await page.Tab("Compute");
        foreach (var (label, value) in new[] { ("Particles", "200"), ("Steps", "20"), ("Seed", seed) })
            await panel.Fill(label, value);
        await panel.GetByRole(AriaRole.Button, new() { Name = "Run", Exact = true }).ClickAsync();
        await panel.Locator(".job-view", new() { HasTextString = $"--seed {seed}" }).First.WaitForAsync();
        return await (await panel.Ended("done")).Locator("a[href^=folder]").InnerTextAsync();
    }

    private Task<IPage> Folder(string path) => studio.Open($"/folder?path={Uri.EscapeDataString(path)}");

    private static async Task<string> Saved(IPage page, string link)
    {
        var download = await page.RunAndWaitForDownloadAsync(() => page.Locator(link).First.ClickAsync());
        return File.ReadAllText(await download.PathAsync(), System.Text.Encoding.Latin1);
    }
}

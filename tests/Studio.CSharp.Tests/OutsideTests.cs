namespace MeanField.Studio.Tests;

[Collection(StudioTests.Name)]
public sealed class OutsideTests(StudioFixture studio)
{
    [BrowserFact]
    public async Task No_page_asks_for_anything_outside()
    {
        var page = await studio.OpenProblem(StudioFixture.Small);
        var panel = await page.Tab("Compute");
        await panel.Fill("Particles", "200");
        await panel.Fill("Steps", "20");
        await page.Keyboard.PressAsync("Control+Enter");
        var job = await panel.Ended("done");
        await job.Locator(".live .js-line").First.WaitForAsync();
        await job.Locator("a[href^=folder]").ClickAsync();
        await page.FrameLocator("iframe.report").Locator("figure svg").First.WaitForAsync();
        await page.GetByRole(Microsoft.Playwright.AriaRole.Link, new() { Name = "Folders" }).ClickAsync();
        await page.Locator("table.folders").WaitForAsync();
        // Those of all other tests before this one, too.
        Assert.Empty(studio.Outside);
    }
}
